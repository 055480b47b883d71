"""Classes of texts by keywords: what a writer wants, and what a mail is about."""

from qs_reading.keywords import Choice, classify, keywords

UNCLEAR = "unclear"
OTHER = "other"
_QUESTION_MARKS = ("?", "\uff1f")

INTENTS = {
    "cancel": keywords(
        "취소해, 취소 부탁, 취소하고, 그만해, 중단해, cancel, call off, stop the",
        "취소, 중단, 철회, withdraw, abort",
    ),
    "schedule": keywords(
        "일정 잡, 예약해, 예약하고, 날짜를 바꿔, 일정을 변경, set up a meeting, schedule a, "
        "reschedule, book a",
        "일정, 예약, 언제, schedule, appointment, calendar, book",
    ),
    "complaint": keywords(
        "불만, 항의, 환불해, complaint, unacceptable, i want a refund",
        "환불, 고장, 안 돼, 안돼요, 실망, refund, broken, does not work, doesn't work",
    ),
    "question": keywords(
        "알려 줘, 알려줘, 궁금, 무엇인가요, 어떻게 하, 왜 그런, how do i, what is, why does, "
        "could you tell me, can you explain",
        "뭐, 무엇, 어떻게, 왜, 어디, 누가, 얼마, how, what, why, where, who, when, which",
    ),
    "request": keywords(
        "부탁드립니다, 요청드립니다, 보내 주세요, 해 주시기 바랍니다, please send, "
        "could you please, would you please, i would like you to",
        "부탁, 요청, 주세요, 바랍니다, please, request, need you to",
    ),
    "confirm": keywords(
        "확인했습니다, 동의합니다, 승인합니다, 그렇게 하시죠, i confirm, i agree, approved, "
        "sounds good",
        "확인, 동의, 좋습니다, 네, agree, ok, okay, yes",
    ),
    "decline": keywords(
        "거절합니다, 참석이 어렵, 불가능합니다, 사양, i decline, cannot attend, unable to",
        "어렵습니다, 거절, 힘들, decline, unfortunately, regret",
    ),
    "thanks": keywords(
        "감사합니다, 고맙습니다, thank you, many thanks", "감사, 고마워, thanks, grateful"
    ),
    "greeting": keywords(
        "안녕하세요, 처음 뵙겠습니다, good morning, good afternoon", "안녕, 반갑, hello, hi, dear"
    ),
}
"""Keywords of what the writer of a text wants."""

MAILS = {
    "security_alert": keywords(
        "보안 경고, 비정상 로그인, 새로운 기기에서 로그인, 비밀번호가 변경, 인증번호, "
        "suspicious sign-in, security alert, unusual activity, password was changed, "
        "verification code",
        "비밀번호, 로그인, 계정 잠금, password, sign-in, account locked",
    ),
    "invoice": keywords(
        "청구서, 세금계산서, 인보이스, 미납, 납부 기한, invoice, amount due, past due, "
        "payment reminder, tax invoice",
        "청구, 입금, 결제 금액, 계좌, 납부, billing, payment, due date, remittance",
    ),
    "order": keywords(
        "주문 확인, 주문번호, 배송 출발, 발주서, order confirmation, order number, "
        "has shipped, purchase order, tracking number",
        "주문, 배송, 발주, 택배, 견적, order, shipment, delivery, quotation",
    ),
    "meeting": keywords(
        "회의 초대, 회의 일정, 미팅 요청, 참석 여부, meeting invitation, calendar invite, "
        "invited you to, reschedule",
        "회의, 미팅, 일정, 참석, 회의실, 안건, meeting, agenda, schedule, attend, zoom, conference",
    ),
    "approval": keywords(
        "결재 요청, 승인 요청, 품의, 결재 바랍니다, approval request, please approve, "
        "sign-off, awaiting your approval",
        "결재, 승인, 반려, 검토 요청, approve, approval, rejected, authorise, authorize",
    ),
    "complaint": keywords(
        "불만, 환불 요청, 항의, 클레임, 고장 났, refund request, complaint, not acceptable, "
        "very disappointed",
        "환불, 교환, 불편, 실망, 고장, refund, broken, damaged, disappointed, unacceptable",
    ),
    "inquiry": keywords(
        "문의드립니다, 문의 드립니다, 궁금합니다, 알려 주시겠, i would like to know, "
        "could you tell me, inquiry",
        "문의, 궁금, 질문, 요청드립니다, question, enquiry, asking, wondering, request for",
    ),
    "report": keywords(
        "주간 보고, 월간 보고, 실적 보고, weekly report, monthly report, status report",
        "보고서, 보고드립니다, 현황, 실적, report, summary of, status update, figures",
    ),
    "newsletter": keywords(
        "수신거부, 수신 거부, (광고), 뉴스레터, unsubscribe, newsletter",
        "할인, 이벤트, 특가, 쿠폰, sale, discount, offer, webinar, promotion",
    ),
}
"""Keywords of what a mail is about."""


def intent_of(text: str) -> Choice:
    """Judge what the writer of a text wants.

    Args:
        text: The text.

    Returns:
        A class of `INTENTS`, or `UNCLEAR`.
    """
    found = classify(INTENTS, text, UNCLEAR)
    if found.label == UNCLEAR and text.rstrip().endswith(_QUESTION_MARKS):
        return Choice("question", 1.0, found.alternatives, ("?",))
    return found


def mail_class_of(text: str) -> Choice:
    """Judge what a mail is about.

    Args:
        text: Its subject and body.

    Returns:
        A class of `MAILS`, or `OTHER`.
    """
    return classify(MAILS, text, OTHER)
