# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Xin lỗi, tôi chưa hiểu. Bạn có thể nói cách khác được không?
misunderstood-twice = Tôi vẫn chưa hiểu. Vui lòng thử lại bằng vài từ đơn giản, hoặc yêu cầu gặp nhân viên.
misunderstood-twice-no-person = Tôi vẫn chưa hiểu. Vui lòng thử lại bằng vài từ đơn giản.
words-wanted = Cảm ơn, tôi đã nhận được. Nhưng tôi chỉ đọc được chữ: bạn cần gì?
cancelled = Được rồi, tôi đã hủy. Tôi có thể giúp gì thêm cho bạn?
nothing-to-cancel = Được rồi. Tôi có thể giúp gì cho bạn?
switched = Được rồi.
denied = Được rồi, vậy thì thôi.
corrected = Được rồi, tôi đã sửa.
started-over = Chúng ta bắt đầu lại nhé. Tôi có thể giúp gì cho bạn?
nothing-to-repeat = Tôi chưa nói gì cả. Tôi có thể giúp gì cho bạn?
language-changed = Từ bây giờ bằng tiếng Việt.
language-name = Tiếng Việt
languages-spoken = Tôi chỉ có thể trả lời bằng các ngôn ngữ này: { $languages }.

cancel-words = hủy | huỷ | huy | hủy đi | hủy bỏ | dừng | dừng lại | ngừng | stop | thôi | thoi | thôi bỏ đi | bỏ đi | bỏ qua | quên đi | không cần nữa | ko cần nữa | khỏi | không sao đâu thôi
start-over-words = bắt đầu lại | bat dau lai | bắt đầu lại từ đầu | làm lại từ đầu | làm lại | từ đầu | tu dau | quay lại từ đầu | khởi động lại | về đầu | đặt lại
repeat-words = nhắc lại | nhac lai | nhắc lại đi | nhắc lại giúp tôi | lặp lại | nói lại | nói lại đi | bạn nói lại được không | vui lòng nhắc lại | xin nhắc lại | một lần nữa | lần nữa | bạn nói gì | bạn vừa nói gì | gì cơ | hả
person-words = người | người thật | nguoi that | con người | nhân viên | nhan vien | nhân viên hỗ trợ | nhân viên tư vấn | tư vấn viên | tổng đài viên | tổng đài | chăm sóc khách hàng | cskh | gặp nhân viên | gap nhan vien | gặp người thật | gặp tư vấn viên | gặp tổng đài viên | nói chuyện với nhân viên | nói chuyện với người thật | nói chuyện với người | tôi muốn gặp nhân viên | tôi muốn gặp người thật | tôi muốn gặp tư vấn viên | tôi muốn nói chuyện với nhân viên | tôi muốn nói chuyện với người thật | tôi muốn nói chuyện với ai đó | mình muốn gặp nhân viên | cho tôi gặp nhân viên | cho tôi gặp người thật | cho mình gặp nhân viên | cho em gặp nhân viên | tôi có thể nói chuyện với nhân viên không | tôi có thể nói chuyện với người thật không | tôi có thể gặp nhân viên không | có ai ở đó không | tôi cần gặp nhân viên | tôi cần nói chuyện với nhân viên | kết nối với nhân viên | chuyển cho nhân viên | chuyển máy cho nhân viên
correct-words = không | không phải | thật ra | thực ra | ý tôi là | ý mình là | xin lỗi ý tôi là | đính chính | sửa lại | chờ đã | khoan | không phải cái đó | đúng hơn là | tôi nhầm
yes-words = có | co | vâng | vang | dạ | da | dạ vâng | dạ có | ừ | uh | ừm | ok | oke | okay | được | được rồi | đúng | đúng rồi | đúng vậy | chính xác | chắc chắn | tất nhiên | đồng ý | phải | 👍
no-words = không | khong | ko | k | kg | hông | không phải | không cảm ơn | không cần | dạ không | không đúng | sai | sai rồi | không bao giờ | không hẳn | tuyệt đối không | chưa | 👎
polite-words = làm ơn | vui lòng | xin | ạ | nhé | thực ra | bây giờ | vậy thì | à | xin lỗi
thanks-words = cảm ơn | cám ơn | cảm ơn bạn | cảm ơn nhiều
language-words = tiếng việt | vietnamese | bằng tiếng việt | tiếng việt nhé | vui lòng nói tiếng việt | bạn nói tiếng việt được không | có tiếng việt không
greeting-words = xin chào | chào | chào bạn | chào anh | chào chị | chào buổi sáng | alo | hello | tạm biệt | chào tạm biệt | hẹn gặp lại
unknown-words = không biết | tôi không có | không có số | không tìm thấy | tìm không thấy | bị mất | làm mất | quên rồi | tôi quên | không nhớ | không chắc

## Trouble

apology = Xin lỗi, đã có lỗi xảy ra từ phía chúng tôi.
busy = Vui lòng chờ một chút. Tôi vẫn đang tra cứu.
busy-full = Tôi vẫn đang tra cứu và chưa thể nhận thêm nội dung. Vui lòng nói lại sau giây lát.
handing-over = Tôi đang chuyển bạn đến nhân viên. Sẽ có người hỗ trợ bạn sớm nhất có thể.
handoff-withdrawn = Được rồi, không cần nhân viên nữa. Tôi tiếp tục hỗ trợ bạn.
nobody-came = Rất tiếc, hiện không có nhân viên nào rảnh. Tôi tiếp tục hỗ trợ bạn.

## Documents

source = Nguồn: { $source }

## Buttons

button-choose = Chọn
button-more = Xem thêm
button-answer = Trả lời

## Questions of rate

rate-question = Bạn hài lòng đến mức nào, từ 1 (không hài lòng) đến 5 (rất hài lòng)?
rate-invalid = Vui lòng trả lời bằng một số từ 1 đến 5.
rate-thanks = Cảm ơn phản hồi của bạn!

## Answers that do not fit

way-out = Nếu không trả lời được, bạn cũng có thể viết: { $words }.
invalid-text = Vui lòng trả lời bằng chữ.
invalid-text-short = Vui lòng viết ít nhất { $min } ký tự.
invalid-text-long = Vui lòng viết nhiều nhất { $max } ký tự.
invalid-number = Vui lòng trả lời bằng một số, ví dụ 3.
invalid-number-several = Vui lòng chỉ nhập một số.
invalid-number-small = Số phải lớn hơn hoặc bằng { $min }.
invalid-number-large = Số phải nhỏ hơn hoặc bằng { $max }.
invalid-number-whole = Vui lòng trả lời bằng số nguyên.
invalid-email = Đó có vẻ không phải là địa chỉ email. Địa chỉ cần có dạng ten@vidu.vn.
invalid-phone = Đó có vẻ không phải là số điện thoại. Số cần có dạng +84 24 1234 5678.
invalid-date = Vui lòng trả lời bằng ngày, ví dụ 24/12/2026.
invalid-date-none = Ngày đó không có trong lịch.
invalid-date-early = Ngày không được trước { $min }.
invalid-date-late = Ngày không được sau { $max }.
invalid-time = Vui lòng trả lời bằng giờ, ví dụ 19:30.
invalid-time-early = Giờ không được trước { $min }.
invalid-time-late = Giờ không được sau { $max }.
invalid-choice = Vui lòng chọn một trong các mục sau: { $options }.
invalid-regex = Nội dung không đúng dạng mong đợi. Vui lòng thử lại.
invalid-file = Vui lòng gửi một tệp.
invalid-file-type = Tôi không thể nhận tệp loại này. Vui lòng gửi một trong các loại: { $types }.
invalid-file-large = Tệp quá lớn. Kích thước tối đa là { $max }.
invalid-yes-no = Vui lòng trả lời có hoặc không.

## Formats

date-format = %d/%m/%Y
number-format = 1.234,5
