"""User-facing texts in Korean and English; the language is `QAGENT_LANG` or that of the locale."""

import os
from collections.abc import Mapping

from qagent.act_texts import TEXTS as ACT_TEXTS
from qagent.desktop_texts import TEXTS as DESKTOP_TEXTS
from qagent.doctor_texts import TEXTS as DOCTOR_TEXTS
from qagent.home_texts import TEXTS as HOME_TEXTS
from qagent.lint_texts import TEXTS as LINT_TEXTS
from qagent.mcp_texts import TEXTS as MCP_TEXTS
from qagent.particles import agreeing
from qagent.plan_texts import TEXTS as PLAN_TEXTS
from qagent.safety_texts import TEXTS as SAFETY_TEXTS
from qagent.service_texts import TEXTS as SERVICE_TEXTS
from qagent.signin_texts import TEXTS as SIGNIN_TEXTS
from qagent.value_texts import TEXTS as VALUE_TEXTS
from qagent.word_texts import TEXTS as WORD_TEXTS
from qagent.workflow_texts import TEXTS as WORKFLOW_TEXTS
from qagent.yaml_texts import TEXTS as YAML_TEXTS
from qscreen.wire import Language

# Each text in Korean, then in English.
_TEXTS: dict[str, tuple[str, str]] = {
    **SAFETY_TEXTS,
    **ACT_TEXTS,
    **DESKTOP_TEXTS,
    **DOCTOR_TEXTS,
    **HOME_TEXTS,
    **LINT_TEXTS,
    **MCP_TEXTS,
    **PLAN_TEXTS,
    **SERVICE_TEXTS,
    **SIGNIN_TEXTS,
    **VALUE_TEXTS,
    **WORD_TEXTS,
    **WORKFLOW_TEXTS,
    **YAML_TEXTS,
    "target.not_found": (
        "화면에서 {target}을(를) 찾지 못했습니다.",
        "There is no {target} on the screen.",
    ),
    "target.truncated": (
        "화면의 일부만 읽었으므로 없다고 단정할 수 없습니다.",
        "Only a part of the screen was read, so it may be there.",
    ),
    "target.ambiguous": (
        "{target}에 맞는 것이 {count}개여서 하나를 고를 수 없습니다. 이름이나 종류를 더 정확히 "
        "말해 주세요.",
        "{count} elements fit {target}; the agent does not guess. Name it more exactly.",
    ),
    "focus.none": (
        "입력할 수 있는 칸에 초점이 없습니다. 대상을 지정하거나 먼저 초점을 맞추세요.",
        "No editable element has the keyboard focus. Name a target, or focus one first.",
    ),
    "focus.confirmed": ("{target}에 초점이 있습니다.", "{target} has the keyboard focus."),
    "focus.failed": (
        "{target}에 초점을 맞추지 못했습니다.",
        "{target} did not get the keyboard focus.",
    ),
    "type.not_editable": (
        "{target}에는 글자를 입력할 수 없습니다.",
        "{target} takes no text.",
    ),
    "type.secure": (
        "{target}은(는) 암호 칸이어서 입력하지 않았습니다. 이 기기의 사용자가 "
        "`allow.secure_fields`로 허용해야 합니다.",
        "{target} is a password field: nothing was typed. The device's user must allow it with "
        "`allow.secure_fields`.",
    ),
    "type.secure_done": (
        "암호 칸에 입력했습니다. 암호 칸은 읽지 않으므로 확인할 수 없습니다.",
        "Typed into a password field, which is never read: the outcome is not verified.",
    ),
    "type.confirmed": (
        "{target}에서 입력한 {count}자를 그대로 다시 읽었습니다: {excerpt}",
        "Read back the {count} characters as typed in {target}: {excerpt}",
    ),
    "type.unchanged": (
        "입력했지만 {target}의 내용이 그대로입니다.",
        "The keys were sent, but the text of {target} did not change.",
    ),
    "type.differs": (
        "{target}의 내용이 입력한 것과 다릅니다. 기대한 길이 {expected}자, 읽은 길이 {found}자.",
        "The text of {target} is not what was typed: expected {expected} characters, read {found}.",
    ),
    "read.no_text": ("{target}에는 읽을 글자가 없습니다.", "{target} has no text."),
    "read.secure": (
        "{target}은(는) 암호 칸이어서 읽지 않습니다.",
        "{target} is a password field: it is never read.",
    ),
    "open.not_found": (
        "{app}에 맞는 프로그램이 이 기기에 없습니다. {hint}",
        "This device has no program for {app}. {hint}",
    ),
    "open.install": ("설치할 수 있는 것: {names}.", "Install one of: {names}."),
    "open.confirmed": (
        "{app} 창 {window}이(가) 활성 상태입니다.",
        "The window {window} of {app} is active.",
    ),
    "open.ready": (
        "{app}의 창 {window}이(가) 활성 상태이고 빈 입력 영역에 초점이 있습니다.",
        "The window {window} of {app} is active and its text area has the focus.",
    ),
    "open.blocked": (
        "{app}이(가) 대화 상자로 묻고 있습니다: {question} 답한 뒤 다시 시도하세요.",
        "{app} asks a question that must be answered first: {question}",
    ),
    "open.timed_out": (
        "{app}의 창이 {seconds}초 안에 활성화되지 않았습니다.",
        "No window of {app} became active within {seconds} s.",
    ),
    "open.ended": (
        "{app}이(가) 창을 열지 않고 끝났습니다(종료 코드 {code}).",
        "{app} ended without opening a window (exit status {code}).",
    ),
    "save.would_overwrite": (
        "{name} 파일이 이미 있어 덮어쓰지 않았습니다. 다른 이름을 말하거나 파일을 옮기세요.",
        "{name} exists already and was not overwritten. Use another name or move the file.",
    ),
    "save.bad_name": (
        "{name}은(는) 파일 이름으로 쓸 수 없습니다.",
        "{name} cannot be a file name.",
    ),
    "save.no_window": (
        "저장할 문서 창이 없습니다. 먼저 프로그램을 여세요.",
        "There is no active document window to save. Open a program first.",
    ),
    "save.no_dialog": (
        "{app}에서 저장 대화 상자가 열리지 않았습니다.",
        "{app} opened no save dialog.",
    ),
    "save.no_file": (
        "대화 상자는 닫혔지만 {path} 파일이 없습니다.",
        "The dialog closed, but there is no file {path}.",
    ),
    "save.confirmed": (
        "{path}에 저장했습니다: {size}바이트, 화면의 내용과 같습니다.",
        "Saved as {path}: {size} bytes, equal to the text on the screen.",
    ),
    "save.exists": (
        "{path}에 저장했습니다: {size}바이트.",
        "Saved as {path}: {size} bytes.",
    ),
    "save.differs": (
        "{path}에 {size}바이트를 저장했지만 화면의 내용과 다릅니다.",
        "{path} was saved with {size} bytes, but it differs from the text on the screen.",
    ),
    "change.seen": ("화면이 바뀌었습니다: {change}", "The screen changed: {change}"),
    "change.none": (
        "아무것도 바뀌지 않았습니다.",
        "Nothing on the screen changed.",
    ),
    "change.pixels": (
        "그림은 바뀌었지만 무엇이 바뀌었는지 확인할 수 없습니다.",
        "The picture changed, but what changed cannot be told.",
    ),
    "select.confirmed": ("{option}이(가) 선택되어 있습니다.", "{option} is selected."),
    "select.failed": ("{option}이(가) 선택되지 않았습니다.", "{option} was not selected."),
    "select.no_option": (
        "{option}(이)라는 선택지가 없습니다.",
        "There is no option {option}.",
    ),
    "wait.appears": ("{target}이(가) 나타났습니다.", "{target} appeared."),
    "wait.disappears": ("{target}이(가) 사라졌습니다.", "{target} is gone."),
    "wait.timed_out": (
        "{seconds}초 동안 기다렸지만 {target}이(가) 기대한 상태가 되지 않았습니다.",
        "Waited {seconds} s for {target} in vain.",
    ),
    "element.gone": (
        "동작하는 동안 대상이 사라졌습니다.",
        "The element disappeared while it was worked on.",
    ),
    "element.silent": (
        "프로그램이 {seconds}초 안에 응답하지 않았습니다.",
        "The program did not answer within {seconds} s.",
    ),
    "route.unsupported": (
        "{target}에는 쓸 수 있는 방법이 없습니다.",
        "{target} offers no way to do this.",
    ),
    "stopped.user": (
        "사용자가 이 기기에서 작업을 멈췄습니다. `qagent resume`으로 다시 허용하세요.",
        "The user stopped the agent on this device. `qagent resume` allows work again.",
    ),
    "stopped.cancelled": ("실행이 취소되었습니다.", "The run was cancelled."),
    "stopped.shutdown": ("에이전트가 종료되는 중입니다.", "The agent is shutting down."),
    "interrupted": (
        "단계를 하던 중 에이전트가 중단되었고, 끝났는지 확인할 수 없습니다. 다시 하지 않았습니다.",
        "The agent was interrupted in this step and its effect cannot be confirmed. It was not "
        "done again.",
    ),
    "interrupted.readback": (
        "중단된 뒤 다시 읽어 확인했습니다: {evidence}",
        "Confirmed by reading back after an interruption: {evidence}",
    ),
    "interrupted.expired": (
        "에이전트가 중단된 사이 명령이 만료되어 이 단계를 하지 않았습니다.",
        "The command expired while the agent was down; this step was not performed.",
    ),
    "look.stopped": (
        "사용자가 이 기기를 멈춰 화면을 보지 않았습니다.",
        "The user stopped this device; the screen was not observed.",
    ),
    "run.not_understood": (
        "'{part}'을(를) 이해하지 못했습니다: {because}",
        "'{part}' was not understood: {because}",
    ),
    "steps.unreadable": ("{path}을(를) 읽을 수 없습니다({why}).", "{path} cannot be read ({why})."),
    "steps.unreadable.repair": (
        "읽을 수 있는 JSON 파일을 지정하세요.",
        "Name a readable JSON file.",
    ),
    "steps.none": (
        "{path}에 단계가 없습니다({place}: {fault}).",
        "{path} holds no steps ({place}: {fault}).",
    ),
    "steps.none.repair": (
        "API의 계획처럼 `steps`가 있는 객체를 쓰세요.",
        "Write an object with `steps`, as in the API's plan.",
    ),
    "run.example": ("예: {example}", "e.g. {example}"),
    "run.by_cloud": (
        '모델이 계획을 세워야 하는 목표는 플랫폼에 맡기세요: `qops run "..."`.',
        'Goals that a model has to plan are the platform\'s: `qops run "..."`.',
    ),
    "cli.enrolled": ("기기를 등록했습니다: {device}", "Enrolled this device: {device}"),
    "cli.stopped": (
        "멈췄습니다. `qagent resume`으로 다시 시작합니다.",
        "Stopped. `qagent resume` allows work again.",
    ),
    "cli.resumed": ("다시 작업할 수 있습니다.", "Work is allowed again."),
    "cli.username": ("사용자 이름", "User name"),
    "cli.password": ("암호", "Password"),
    "cli.totp": ("TOTP 비밀 키(비어 있으면 새로 등록)", "TOTP secret (empty to set up a new one)"),
    "cli.totp_new": (
        "새 TOTP 비밀 키입니다. 인증 앱에 넣고 안전한 곳에 두세요: {secret}",
        "This is your new TOTP secret. Put it into your authenticator app and keep it safe: "
        "{secret}",
    ),
}


def language(environ: Mapping[str, str] = os.environ) -> Language:
    """The language of user-facing texts.

    Args:
        environ: Environment variables; this process's own when absent.
    """
    for variable in ("QAGENT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(variable, "").strip().lower()
        if value:
            return Language.KO if value.startswith("ko") else Language.EN
    return Language.EN


def text(key: str, **values: object) -> str:
    """A text of the catalogue with its values filled in.

    Args:
        key: Key of the catalogue; an unknown one raises `KeyError`.
        **values: Values of the text's fields.
    """
    korean, english = _TEXTS[key]
    if language() is Language.KO:
        return agreeing(korean, **values)
    return english.format(**values)


def catalogue() -> dict[str, tuple[str, str]]:
    """All texts, Korean and English, by key."""
    return dict(_TEXTS)
