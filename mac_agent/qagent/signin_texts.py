"""Texts of signing in through the browser; each in Korean, then in English."""

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
}
