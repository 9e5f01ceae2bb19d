"""Made-up articles of a made-up district: titles, openings and paragraphs. No markup, no dates of publication."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Story:
    """One article's text; ``opening`` continues a sentence that begins with the day ("Chiều 8/10, …")."""

    slug: str
    title: str
    opening: str
    paragraphs: tuple[str, ...]
    caption: str


STORIES = (
    Story(
        "phuong-hoa-cuc-ra-mat-to-hoa-giai",
        "Phường Hoa Cúc ra mắt tổ hòa giải kiểu mẫu ở khu phố 3",
        "phường Hoa Cúc ra mắt tổ hòa giải kiểu mẫu gồm chín thành viên là người có uy tín trong khu phố.",
        (
            "Tổ hòa giải sẽ trực tại nhà sinh hoạt cộng đồng vào các buổi tối trong tuần, nghe bà con trình bày và ghi "
            "sổ từng vụ việc để theo dõi đến cùng.",
            "Bà Lâm Thị Sen, tổ trưởng, cho biết phần lớn mâu thuẫn nảy sinh từ chuyện lối đi chung và tiếng ồn, nên "
            "các thành viên được tập huấn thêm về luật đất đai và kỹ năng lắng nghe.",
            "Phường dự tính nhân rộng mô hình ra bảy khu phố còn lại khi đã có đủ người tình nguyện.",
        ),
        "Các thành viên tổ hòa giải nhận quyết định thành lập",
    ),
    Story(
        "quan-hoa-mai-tap-huan-chuyen-doi-so",
        "Quận Hoa Mai tập huấn chuyển đổi số cho cán bộ Mặt trận",
        "quận Hoa Mai mở lớp tập huấn chuyển đổi số dành cho hơn một trăm cán bộ Mặt trận ở mười phường.",
        (
            "Học viên được hướng dẫn cách dùng chữ ký số, cách lưu hồ sơ điện tử và cách trả lời kiến nghị của người "
            "dân qua cổng thông tin của quận.",
            "Theo Kế hoạch số 12-KH/QU ngày 05/02/2015 của Quận ủy, mỗi phường phải có ít nhất hai người thành thạo "
            "việc số hóa tài liệu.",
            "Nhiều học viên lớn tuổi mang theo sổ tay để chép lại từng bước, và hẹn nhau mở nhóm tự học sau khóa.",
        ),
        "Cán bộ các phường thực hành trên máy tính",
    ),
    Story(
        "hoi-thi-nau-an-cong-nhan",
        "Hội thi nấu ăn của công nhân khu nhà trọ Bến Đò",
        "Liên đoàn Lao động quận tổ chức hội thi nấu ăn cho công nhân khu nhà trọ Bến Đò với mười hai đội dự tranh.",
        (
            "Mỗi đội có chín mươi phút để nấu bữa cơm gia đình cho bốn người với không quá một trăm nghìn đồng.",
            "Ban giám khảo chấm điểm theo vị ngon, cách bày biện và câu chuyện mà đội kể về món ăn quê mình.",
            "Đội của tổ trọ số bảy giành giải nhất với món canh chua bông súng và cá kho tộ.",
        ),
        "Các đội trổ tài nấu bữa cơm gia đình",
    ),
    Story(
        "trong-cay-ven-kenh-ong-lanh",
        "Đoàn viên trồng ba trăm cây xanh ven kênh Rạch Sen",
        "hơn hai trăm đoàn viên thanh niên trồng ba trăm cây sao đen và bằng lăng dọc bờ kênh Rạch Sen.",
        (
            "Mỗi cây được gắn mã để người dân quét bằng điện thoại, xem tên loài và báo cho phường khi cây bị gãy đổ.",
            "Các hộ ven kênh nhận chăm sóc cây trước nhà mình trong hai năm đầu và được phường cấp ống tưới.",
            "Anh Trần Văn Bưởi, bí thư chi đoàn, nói rằng cả nhóm đã dậy từ bốn giờ sáng để kịp đưa cây giống về.",
        ),
        "Đoàn viên trồng cây bên bờ kênh",
    ),
    Story(
        "ban-giao-nha-tinh-thuong",
        "Bàn giao sáu căn nhà tình thương cho hộ khó khăn",
        "Ủy ban Mặt trận Tổ quốc quận bàn giao sáu căn nhà tình thương cho các hộ khó khăn ở phường Hoa Súng.",
        (
            "Mỗi căn rộng ba mươi sáu mét vuông, mái tôn lạnh, nền lát gạch, do thợ trong phường góp công dựng trong "
            "bốn mươi ngày.",
            "Kinh phí lấy từ quỹ vì người nghèo và phần đóng góp của các tiểu thương chợ Bến Đò.",
            "Bà Nguyễn Thị Lài xúc động vì từ nay mùa mưa không còn phải lấy thau hứng nước giữa nhà.",
        ),
        "Trao chìa khóa nhà cho các hộ",
    ),
    Story(
        "ngay-hoi-doc-sach-truong-hoa-lan",
        "Ngày hội đọc sách của học sinh trường Hoa Lan",
        "trường trung học cơ sở Hoa Lan mở ngày hội đọc sách với hai mươi gian trưng bày do học sinh tự dựng.",
        (
            "Mỗi lớp chọn một tác giả, dựng lại một cảnh trong truyện và giới thiệu với khách bằng ba phút kể chuyện.",
            "Phụ huynh góp hơn một nghìn cuốn sách cũ, được phân loại và dán nhãn ngay tại sân trường.",
            "Thư viện quận tặng trường một tủ sách lưu động để đưa sách đến các điểm trường xa.",
        ),
        "Học sinh giới thiệu gian sách của lớp mình",
    ),
    Story(
        "doi-thoai-voi-tieu-thuong-cho-ben-do",
        "Lãnh đạo quận đối thoại với tiểu thương chợ Bến Đò",
        "lãnh đạo quận Hoa Mai đối thoại với gần một trăm tiểu thương về phương án sửa mái chợ Bến Đò.",
        (
            "Tiểu thương đề nghị sửa từng dãy để không phải nghỉ bán cùng lúc, và xin giảm tiền sạp khi thi công.",
            "Đơn vị tư vấn trình bày ba phương án, trong đó phương án lợp mái hai lớp được nhiều người tán thành.",
            "Quận hứa trả lời bằng văn bản từng kiến nghị trong vòng mười lăm ngày làm việc.",
        ),
        "Tiểu thương nêu ý kiến tại buổi đối thoại",
    ),
    Story(
        "kham-benh-cho-nguoi-cao-tuoi",
        "Khám bệnh miễn phí cho người cao tuổi phường Hoa Súng",
        "trạm y tế phường Hoa Súng khám bệnh và phát thuốc miễn phí cho hai trăm người cao tuổi.",
        (
            "Người dân được đo huyết áp, thử đường huyết, khám mắt và được hẹn tái khám nếu có dấu hiệu bất thường.",
            "Đội xe ôm tự quản của phường đưa đón những cụ đi lại khó khăn.",
            "Các bác sĩ dặn bà con ăn nhạt, đi bộ mỗi sáng và không tự ý ngưng thuốc.",
        ),
        "Bác sĩ đo huyết áp cho người cao tuổi",
    ),
)


def day_phrase(shape: int, day: date) -> tuple[str, str | None]:
    """How an opening names the day of its event: the phrase and the day as EDTF (None where it names no day)."""
    before = day - timedelta(days=1)
    shapes = (
        (f"Chiều {day.day}/{day.month}", day.isoformat()),
        (f"Sáng ngày {day.day}-{day.month}", day.isoformat()),
        (f"Ngày {day.day:02}/{day.month:02}/{day.year}", day.isoformat()),
        (f"Sáng nay, ngày {day.day} tháng {day.month}", day.isoformat()),
        (f"Từ ngày {before.day}/{before.month} đến {day.day}/{day.month}", f"{before}/{day}"),
        ("Vừa qua", None),
    )
    return shapes[shape % len(shapes)]
