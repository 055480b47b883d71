"""What the rendered screens and documents say; each half of the corpus has texts of its own."""

from __future__ import annotations

KOREAN = """
파일|편집|보기|삽입|서식|도구|창|도움말|새로 만들기|불러오기|저장|다른 이름으로 저장|인쇄|닫기
취소|확인|적용|삭제
검색어를 입력하세요|받는 사람|보낸 사람|제목|첨부 파일|회의 일정|오늘 할 일|완료된 작업|진행 중
대기 중|승인 요청
계정 설정|알림 설정|언어와 지역|개인정보 보호|비밀번호 변경|로그아웃|사용자 이름|이메일 주소
전화번호|생년월일
주문 번호|상품명|수량|단가|합계|배송지|결제 방법|신용카드|무통장 입금|환불 신청|장바구니|관심 상품
할인 쿠폰
이번 달 매출이 지난달보다 크게 늘었습니다.|보고서를 내일까지 제출해 주세요.
회의실 예약이 완료되었습니다.
네트워크 연결을 확인한 뒤 다시 시도하세요.|변경한 내용을 저장하시겠습니까?
업데이트가 준비되었습니다.
고객 문의가 접수되었습니다.|담당자가 곧 연락드리겠습니다.|휴가 신청서를 작성해 주십시오.
자동으로 백업합니다.
서울특별시 강남구|부산광역시 해운대구|인천광역시 남동구|대전광역시 유성구|영업부|인사부|개발팀
총무팀|마케팅팀
김민수|이서연|박지훈|최유진|정하늘|강도윤|조은서|윤지우|장현우|임수빈|한예린|오세훈|신동욱|권나영
황보람
월요일|화요일|수요일|목요일|금요일|새 폴더|내 문서|다운로드|사진|음악|동영상|휴지통|즐겨찾기
최근 항목
글꼴 크기|줄 간격|왼쪽 맞춤|가운데 맞춤|표 삽입|그림 삽입|쪽 번호|머리글|바닥글|맞춤법 검사
찾아 바꾸기
입력한 값이 올바르지 않습니다.|다음 단계로 이동합니다.|약관에 동의해야 계속할 수 있습니다.
처음부터 다시 시작
재고 현황|입고 예정|출고 완료|품질 검사|불량률|생산 계획|납기일|거래처 목록|견적서 발행|세금계산서
원가 분석
"""

ENGLISH = """
File|Edit|View|Insert|Format|Tools|Window|Help|New document|Open recent|Save|Save as|Print preview
Close|Cancel|Apply
Search messages|Recipients|Subject|Attachments|Meeting schedule|Tasks for today|Completed
In progress|Waiting|Approve
Account settings|Notifications|Language and region|Privacy|Change password|Sign out|User name
Email address|Phone
Order number|Product|Quantity|Unit price|Total amount|Shipping address|Payment method|Credit card
Refund|Shopping cart
Revenue grew faster than expected this quarter.|Please submit the report before Friday.
The room is booked.
Check the network connection and try again.|Do you want to keep the changes?
An update is ready to install.
Your request has been received.|Someone will contact you shortly.|Fill in the form to continue.
Automatic backup
Seattle office|Berlin branch|Singapore hub|Toronto plant|Sales|Human resources|Engineering|Finance
Marketing|Support
Alice Johnson|Robert Miller|Hannah Schmidt|Daniel Kim|Laura Garcia|Kevin Brown|Emily Davis
Oliver Stone|Grace Lee
Monday|Tuesday|Wednesday|Thursday|Friday|New folder|Documents|Downloads|Pictures|Music|Videos
Recycle bin|Favorites
Font size|Line spacing|Align left|Align center|Insert table|Page number|Header|Footer|Spell check
Find and replace
The value is not valid.|Continue to the next step.|Accept the terms to proceed.|Start over
Learn more about plans
Inventory status|Incoming stock|Shipped|Quality check|Defect rate|Production plan|Due date
Supplier list|Cost analysis
"""

KOREAN_PROSE = """
지난주에 보내 주신 자료를 검토했습니다. 전반적인 방향은 좋지만 세 번째 장의
통계는 다시 계산해야 합니다.
|서버 점검은 토요일 새벽 두 시부터 네 시까지 진행되며, 그동안 로그인과 결제가 제한됩니다.
|신입 사원 교육은 본사 대강당에서 열립니다. 참석하실 분은 수요일까지 인사팀으로 회신 바랍니다.
|주문하신 상품이 물류 창고에서 출발했습니다. 도착 예정일은 금요일이며 문자로 안내해 드립니다.
|올해 상반기에는 해외 매출 비중이 처음으로 절반을 넘었고 영업 이익도 꾸준히 개선되었습니다.
|계약서 초안은 법무팀 확인을 거친 뒤 거래처에 전달하고, 서명은 전자 문서로 받기로 했습니다.
|비가 내리는 날에는 지하철이 붐비므로 재택근무를 신청하거나 출근 시간을 조정할 수 있습니다.
|화면 왼쪽의 메뉴에서 원하는 항목을 고르면 오른쪽에 자세한 내용과 관련 문서가 나타납니다.
|데이터를 삭제하면 되돌릴 수 없습니다. 중요한 파일은 미리 다른 장소에 복사해 두십시오.
|고객센터는 평일 오전 아홉 시부터 오후 여섯 시까지 운영하며 점심시간에는 상담이 어렵습니다.
|새로운 기능을 사용하려면 프로그램을 최신 버전으로 올리고 컴퓨터를 다시 시작해야 합니다.
|도서관 열람실은 시험 기간에 밤늦게까지 문을 열고, 좌석은 휴대전화 앱으로 예약합니다.
"""

ENGLISH_PROSE = """
We reviewed the material that you sent last week; the overall direction is fine, but the third
chapter needs new figures.|The server will be down on Saturday between two and four in the
morning, and sign-in is not possible then.|Training for new colleagues takes place in the main
hall; please answer by Wednesday if you would like to attend.|Your parcel has left our warehouse
and should arrive on Friday afternoon, weather permitting.|For the first time more than half of
our sales came from abroad, while operating costs fell slightly.|Legal will check the draft of
the contract before it goes to the supplier for an electronic signature.|Choose an entry from
the menu on the left to see its details and the related documents on the right.|Deleted data
cannot be recovered, so copy important files to another place before you go on.|Our help desk
answers calls on weekdays from nine to six; expect longer waits around noon.|Install the latest
version and restart the computer to use the new features.|The library stays open late during
exams, and seats are booked with the mobile app.|Remote work may be requested when heavy rain or
snow makes the journey difficult.
"""


def phrases(text: str, half: str) -> list[str]:
    """The phrases of one half: ``tuning`` or ``held-out``."""
    every = [part.strip() for part in text.replace("\n", "|").split("|") if part.strip()]
    return every[0 if half == "tuning" else 1 :: 2]


def sentences(text: str, half: str) -> list[str]:
    """The sentences of one half, which run on over the ends of lines."""
    every = [" ".join(part.split()) for part in text.split("|")]
    return every[0 if half == "tuning" else 1 :: 2]
