"""Texts of signing in and of the platform; each in Korean, then in English."""

TEXTS: dict[str, tuple[str, str]] = {
    "browser.open": (
        "브라우저에서 로그인하세요. 열리지 않으면 이 주소를 여세요: {address}",
        "Sign in in the browser. If it does not open, open this address: {address}",
    ),
    "browser.page": (
        "로그인했습니다. 이 창을 닫아도 됩니다.",
        "You are signed in. You can close this window.",
    ),
    "browser.page.unknown": (
        "에이전트는 이 주소를 기다리지 않습니다.",
        "The agent does not wait for this address.",
    ),
    "browser.no_page": (
        "플랫폼에 로그인 페이지가 없습니다.",
        "The platform has no sign-in page.",
    ),
    "browser.no_page.repair": (
        "`qagent enrol --username 이름`으로 비밀번호와 일회용 코드로 등록하거나, 운영자에게 "
        "`client.domain` 설정을 부탁하세요.",
        "Enrol with password and one-time code, `qagent enrol --username NAME`, or ask the "
        "operator to set `client.domain`.",
    ),
    "browser.refused": (
        "로그인이 거절되었습니다({reason}).",
        "The sign-in was refused ({reason}).",
    ),
    "browser.late": (
        "{seconds}초 안에 로그인이 끝나지 않았습니다.",
        "The sign-in was not finished within {seconds} s.",
    ),
    "browser.unreachable": (
        "로그인 서비스가 응답하지 않았습니다({fault}).",
        "The sign-in service did not answer ({fault}).",
    ),
    "browser.again": (
        "`qagent enrol`을 다시 실행하세요.",
        "Run `qagent enrol` again.",
    ),
    "browser.port": (
        "포트 {port}을(를) 쓸 수 없습니다({fault}).",
        "The port {port} cannot be used ({fault}).",
    ),
    "browser.port.repair": (
        "그 포트를 쓰는 프로그램을 끝내고 다시 실행하세요.",
        "End the program that uses it and try again.",
    ),
    "keychain.none": (
        "이 시스템에서 키체인을 찾지 못했습니다.",
        "This system has no keychain that can be used.",
    ),
    "keychain.refused": (
        "키체인이 거절했습니다({fault}).",
        "The keychain refused ({fault}).",
    ),
    "keychain.missing": (
        "키체인에 기기 {device}의 토큰이 없습니다.",
        "The keychain holds no token of the device {device}.",
    ),
    "keychain.repair": (
        "키체인을 잠금 해제하거나 `QAGENT_SECRETS=file`로 파일에 두세요.",
        "Unlock the keychain, or let a file hold the token: `QAGENT_SECRETS=file`.",
    ),
    "keychain.enrol": (
        "`qagent enrol`로 다시 등록하세요.",
        "Enrol this device again with `qagent enrol`.",
    ),
    "keychain.setting": (
        "QAGENT_SECRETS가 {value}입니다.",
        "QAGENT_SECRETS is {value}.",
    ),
    "keychain.setting.repair": (
        "다음 중 하나로 설정하세요: {names}.",
        "Set it to one of: {names}.",
    ),
    "signin.no_code": (
        "계정에 일회용 코드가 필요한데 TOTP 비밀 키가 없습니다.",
        "The account wants a one-time code, and no TOTP secret was given.",
    ),
    "signin.no_code.repair": (
        "물을 때 입력하거나 QAGENT_TOTP_SECRET에 넣으세요.",
        "Give it at the prompt or in QAGENT_TOTP_SECRET.",
    ),
    "signin.challenge": (
        "계정에 {challenge}이(가) 필요하지만 에이전트가 할 수 없습니다.",
        "The account needs {challenge}, which the agent cannot do.",
    ),
    "signin.challenge.repair": (
        "브라우저에서 한 번 로그인해 마친 뒤 다시 등록하세요.",
        "Sign in once in a browser to finish it, then enrol again.",
    ),
    "signin.circles": (
        "로그인이 끝나지 않고 되풀이되었습니다.",
        "Signing in went in circles.",
    ),
    "signin.new_code": (
        "새 일회용 코드가 받아들여지지 않았습니다.",
        "The new one-time codes were not accepted.",
    ),
    "signin.new_code.repair": (
        "이 컴퓨터의 시계를 확인하고 다시 등록하세요.",
        "Check this machine's clock and enrol again.",
    ),
    "signin.secret": (
        "TOTP 비밀 키를 쓸 수 없습니다({why}).",
        "The TOTP secret cannot be used ({why}).",
    ),
    "signin.secret.repair": (
        "표시되었던 곳에서 다시 복사하세요.",
        "Copy it again from where it was shown.",
    ),
    "signin.code": (
        "일회용 코드가 받아들여지지 않았습니다(코드는 한 번만 쓸 수 있습니다).",
        "The one-time code was not accepted (a code is valid once).",
    ),
    "signin.code.repair": (
        "TOTP 비밀 키와 이 컴퓨터의 시계를 확인하고 30초 뒤에 다시 하세요.",
        "Check the TOTP secret and this machine's clock, wait 30 s and try again.",
    ),
    "signin.refused.repair": (
        "사용자 이름, 암호, TOTP 비밀 키를 확인하고 `qagent enrol`을 다시 실행하세요.",
        "Check the user name, password and TOTP secret, and run `qagent enrol` again.",
    ),
    "signin.reset": ("암호를 재설정해야 합니다.", "The password must be reset."),
    "signin.reset.repair": (
        "브라우저에서 재설정한 뒤 다시 등록하세요.",
        "Reset it in a browser, then enrol again.",
    ),
    "signin.busy": (
        "로그인 서비스가 바쁩니다({code}).",
        "The sign-in service is busy ({code}).",
    ),
    "signin.busy.repair": ("1분 뒤에 다시 하세요.", "Wait a minute and try again."),
    "signin.failed": (
        "로그인에 실패했습니다({code}: {why}).",
        "The sign-in failed ({code}: {why}).",
    ),
    "signin.unreachable.repair": (
        "네트워크와 플랫폼이 켜져 있는지 확인하고 다시 하세요.",
        "Check the network and that the platform is up, and try again.",
    ),
    "cloud.operator": (
        "플랫폼 운영자에게 문의하세요.",
        "Ask the platform's operator.",
    ),
    "cloud.network": (
        "네트워크와 플랫폼이 켜져 있는지 확인하세요.",
        "Check the network and that the platform is up.",
    ),
    "cloud.revoked": (
        "플랫폼이 이 기기를 받아들이지 않습니다({why}).",
        "The platform does not accept this device ({why}).",
    ),
    "cloud.revoked.repair": (
        "`qagent enrol`로 이 기기를 다시 등록하세요.",
        "Run `qagent enrol` to enrol this device again.",
    ),
}
