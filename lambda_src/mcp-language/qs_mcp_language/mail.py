"""The class of a mail: by a trained classifier where there is one, else by keywords."""

from qs_mcp_language.classifier import by_classifier
from qs_mcp_language.keywords import classify, keywords
from qs_mcp_language.models import Classified

ENDPOINT = "QS_MAIL_CLASSIFIER_ARN"
OTHER = "other"

_CLASSES = {
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
LABELS = (*_CLASSES, OTHER)
"""What keywords can answer."""


def classify_mail(subject: str, body: str) -> Classified:
    """Classify a mail.

    Args:
        subject: Its subject.
        body: Its body as plain text; may be empty.

    Returns:
        The class, and who judged.

    Raises:
        ToolFault: If there is a classifier and it does not answer.
    """
    text = f"{subject}\n{body}"
    found = by_classifier(ENDPOINT, text)
    if found is not None:
        return found
    return classify(_CLASSES, text, OTHER)
