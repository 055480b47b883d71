"""The help of the command line in Korean, a paragraph each by the English one it stands for.

English stands where the commands are, since that is where the command line takes it from.
"""

KOREAN: dict[str, str] = {
    "The device agent of Q Screen Automation.": "Q Screen Automation의 기기 에이전트.",
    "Print JSON.": "JSON으로 출력합니다.",
    "Do a simple goal on this screen, planned here without a model and without the cloud.": (
        "간단한 목표를 이 화면에서 합니다. 모델도 클라우드도 없이 여기서 계획합니다."
    ),
    "Exit codes: 0 done, 1 a step failed, 3 policy, consent or the screen refused one, 4 the goal "
    "was not understood.": (
        "종료 코드: 0 완료, 1 단계 실패, 3 정책·동의·화면이 단계를 거절함, 4 목표를 이해하지 못함."
    ),
    "What to do, in Korean or English.": "할 일. 한국어나 영어로 씁니다.",
    "Show the plan, do nothing.": "계획만 보이고 아무것도 하지 않습니다.",
    "Perform the steps of a file on this screen, without the cloud.": (
        "파일에 적힌 단계를 클라우드 없이 이 화면에서 합니다."
    ),
    "JSON: an object with `steps`.": "JSON 파일: `steps`가 있는 객체.",
    "Show what the agent does now, until Ctrl-C.": (
        "에이전트가 지금 하는 일을 Ctrl-C를 누를 때까지 보여 줍니다."
    ),
    "Show this moment and end.": "지금 이 순간만 보이고 끝냅니다.",
    "Show what was done on this device, from its audit log.": (
        "이 기기에서 한 일을 감사 기록에서 찾아 보여 줍니다."
    ),
    "Only this run.": "이 실행만 보입니다.",
    "Most steps shown.": "보일 단계의 최대 개수.",
    "Record what you do on this screen as a workflow, until the stop key or Ctrl-C.": (
        "이 화면에서 하는 일을 멈춤 키나 Ctrl-C를 누를 때까지 워크플로로 녹화합니다."
    ),
    "Passwords and what the policy redacts are never written down; programs that it hides and "
    "terminals are not recorded. Exit codes: 0 saved, 1 not.": (
        "암호와 정책이 가리는 것은 적어 두지 않습니다. 정책이 숨기는 프로그램과 터미널은 녹화하지 "
        "않습니다. 종료 코드: 0 저장함, 1 저장하지 않음."
    ),
    "Name of the workflow.": "워크플로의 이름.",
    "Its title; the name when absent.": "제목. 없으면 이름을 씁니다.",
    "Longest time, minutes.": "최대 시간(분).",
    "Most steps.": "단계의 최대 개수.",
    "Leave texts as they were written: no variables.": (
        "글을 쓴 그대로 둡니다. 변수를 만들지 않습니다."
    ),
    "Replace a workflow of this name.": "같은 이름의 워크플로를 바꿉니다.",
    "Save a recording that was cut off.": "중간에 끊긴 녹화를 저장합니다.",
    "Serve this screen to an MCP client over standard input and output.": (
        "표준 입출력으로 이 화면을 MCP 클라이언트에 제공합니다."
    ),
    "all, screen, accessibility, vision, input": (
        "all, screen, accessibility, vision, input 가운데 하나"
    ),
    "Write the servers into the configuration of Q CLI and Kiro CLI; nothing else is changed.": (
        "Q CLI와 Kiro CLI의 설정에 서버를 적습니다. 다른 것은 바꾸지 않습니다."
    ),
    "q or kiro; those that are installed when absent.": ("q나 kiro. 없으면 설치되어 있는 것 모두."),
    "Another client's file with `mcpServers`, instead of these.": (
        "이들 대신, `mcpServers`가 있는 다른 클라이언트의 파일."
    ),
    "A project's folder, instead of the user's own configuration.": (
        "사용자 설정 대신 프로젝트의 폴더."
    ),
    "One of the client's agents, by its name.": "클라이언트의 에이전트 하나의 이름.",
    "Four servers instead of the one that combines them.": (
        "하나로 합친 서버 대신 서버 네 개를 적습니다."
    ),
    "Path of qagent; found when absent.": "qagent의 경로. 없으면 찾습니다.",
    "Show the change and write nothing.": "바뀔 것만 보이고 쓰지 않습니다.",
    "Take the servers out of the clients' configuration; nothing else is changed.": (
        "클라이언트의 설정에서 서버를 뺍니다. 다른 것은 바꾸지 않습니다."
    ),
    "Sign in and enrol this machine as a device.": ("로그인하고 이 컴퓨터를 기기로 등록합니다."),
    "Through the browser where the platform has a sign-in page; with --username, QAGENT_PASSWORD "
    "or --no-browser by password and one-time code (QAGENT_PASSWORD, QAGENT_TOTP_SECRET or "
    "prompts).": (
        "플랫폼에 로그인 페이지가 있으면 브라우저로 합니다. --username, QAGENT_PASSWORD, "
        "--no-browser가 있으면 암호와 일회용 코드로 합니다(QAGENT_PASSWORD, QAGENT_TOTP_SECRET, "
        "또는 물어봅니다)."
    ),
    "The user who owns the device.": "기기를 소유한 사용자.",
    "JSON of the platform's client parameter.": "플랫폼의 client 파라미터의 JSON.",
    "Name of the device.": "기기의 이름.",
    "Ask for password and code here.": "암호와 코드를 여기서 묻습니다.",
    "Serve this device's queue; prints `ready` when it waits for commands.": (
        "이 기기의 대기열을 처리하고, 명령을 기다리기 시작하면 ready라고 출력합니다."
    ),
    "Stop everything the agent does on this device, until `qagent resume`.": (
        "에이전트가 이 기기에서 하는 모든 일을 `qagent resume`까지 멈춥니다."
    ),
    "Allow the agent to work again.": "에이전트가 다시 일하도록 허용합니다.",
    "Check what this machine needs, each fault with its repair.": (
        "이 컴퓨터에 필요한 것을 확인하고 문제마다 고치는 방법을 알려 줍니다."
    ),
    "Repair what can be, open the settings of what cannot.": (
        "고칠 수 있는 것은 고치고, 나머지는 설정 창을 엽니다."
    ),
    "Look at the screen as the cloud would see it (redacted).": (
        "클라우드가 볼 모습대로(가린 뒤) 화면을 봅니다."
    ),
    "Only elements with these words.": "이 낱말이 있는 요소만.",
    "Write a PNG with the elements' ids on it.": "요소의 id를 표시한 PNG를 씁니다.",
    "The device's policy.": "기기의 정책.",
    "Check a policy file: every fault with its line, its field and its repair.": (
        "정책 파일을 확인합니다. 문제마다 줄, 항목, 고치는 방법을 알려 줍니다."
    ),
    "The policy file; the device's own when absent.": "정책 파일. 없으면 이 기기의 것.",
    "Show the policy in force, with all defaults.": (
        "지금 쓰이는 정책을 기본값까지 모두 보여 줍니다."
    ),
    "Print the JSON Schema of the policy file.": "정책 파일의 JSON Schema를 출력합니다.",
    "The device's audit log.": "기기의 감사 기록.",
    "Check the log: edited, removed, reordered and cut off lines are found (exit code 2).": (
        "감사 기록을 확인합니다. 고치거나 지우거나 순서를 바꾸거나 잘라 낸 줄을 찾습니다(종료 "
        "코드 2)."
    ),
    "Hash that the log must end in, where you noted it somewhere else.": (
        "기록의 마지막 해시를 다른 곳에 적어 두었다면 그 해시."
    ),
    "The agent as a service that starts with the session.": (
        "세션과 함께 시작하는 서비스로서의 에이전트."
    ),
    "Start the agent now and with each session (systemd user unit, launchd agent).": (
        "에이전트를 지금, 그리고 세션마다 시작합니다(systemd 사용자 유닛, launchd 에이전트)."
    ),
    "Stop the service and remove it; enrolment and policy stay.": (
        "서비스를 멈추고 지웁니다. 등록과 정책은 남습니다."
    ),
    "Whether the service is installed and runs; exit code 3 when it does not run.": (
        "서비스가 설치되어 실행 중인지 봅니다. 실행 중이 아니면 종료 코드 3."
    ),
    "Recorded workflows.": "녹화한 워크플로.",
    "List the workflows of this device, and recordings that were cut off.": (
        "이 기기의 워크플로와 중간에 끊긴 녹화를 나열합니다."
    ),
    "Show a workflow.": "워크플로를 보여 줍니다.",
    "Name of the workflow, or its file.": "워크플로의 이름이나 파일.",
    "Open a workflow in your editor (VISUAL or EDITOR), then check it.": (
        "워크플로를 편집기(VISUAL이나 EDITOR)로 연 뒤 확인합니다."
    ),
    "Print the JSON Schema of the workflow file.": ("워크플로 파일의 JSON Schema를 출력합니다."),
    "Examine a workflow: every finding with its line and its repair.": (
        "워크플로를 살펴봅니다. 찾은 것마다 줄과 고치는 방법을 알려 줍니다."
    ),
    "Exit codes: 0 nothing but notes, 2 findings or faults, 1 the file cannot be read.": (
        "종료 코드: 0 알림뿐, 2 문제가 있음, 1 파일을 읽을 수 없음."
    ),
    "Print SARIF 2.1.0.": "SARIF 2.1.0으로 출력합니다.",
    "Turn what comes again into variables, and rounds of the same steps into a table.": (
        "되풀이되는 값은 변수로, 되풀이되는 단계는 표로 바꿉니다."
    ),
    "Write them into the file.": "파일에 적습니다.",
    "Say what a replay would do on the screen as it is; nothing is done.": (
        "지금 화면에서 재생하면 무엇을 할지 말합니다. 아무것도 하지 않습니다."
    ),
    "Exit codes: 0 every step is ready or comes later, 2 not, 1 it cannot be told.": (
        "종료 코드: 0 모든 단계가 준비되었거나 나중에 옴, 2 아님, 1 알 수 없음."
    ),
    "Value of an input.": "입력의 값.",
    "CSV with a row for each round, instead of those recorded.": (
        "녹화한 것 대신 쓸, 한 번에 한 줄씩인 CSV."
    ),
    "First step to do, e.g. s5.": "처음으로 할 단계. 예: s5.",
    "Do a workflow on this screen; it ends with the first step that is not confirmed.": (
        "이 화면에서 워크플로를 합니다. 확인되지 않은 단계가 나오면 끝납니다."
    ),
    "Secrets are asked for, or taken from the keychain or QAGENT_VALUE_<NAME>. Exit codes: 0 "
    "done, 1 a step failed, 3 policy, consent or the screen refused one.": (
        "비밀은 묻거나, 키체인이나 QAGENT_VALUE_<NAME>에서 가져옵니다. 종료 코드: 0 완료, 1 단계 "
        "실패, 3 정책·동의·화면이 단계를 거절함."
    ),
    "Keep the secrets in the system's keychain.": "비밀을 시스템의 키체인에 둡니다.",
    "Publish a workflow as a template of the platform, for runs, jobs and schedules.": (
        "워크플로를 실행·작업·예약에 쓸 플랫폼의 템플릿으로 올립니다."
    ),
    "Its goal is planned here first, by the grammar that the cloud uses: it gives exactly the "
    "workflow's steps, or is not published.": (
        "먼저 클라우드와 같은 문법으로 여기서 목표를 계획합니다. 워크플로의 단계가 그대로 나오지 "
        "않으면 올리지 않습니다."
    ),
    "Make a new version of this template instead of a new one.": (
        "새 템플릿 대신 이 템플릿의 새 판을 만듭니다."
    ),
    "Show it and send nothing.": "보이기만 하고 보내지 않습니다.",
}
