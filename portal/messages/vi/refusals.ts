import { undelivered } from '../../../shared/mail/undelivered/vi.ts';
import type { Refusals } from '../Refusals.ts';

export const refusals: Refusals = {
  problems: {
    VALIDATION_FAILED: 'Dữ liệu chưa đúng. {{faults}}',
    BODY_NOT_JSON: 'Yêu cầu bị hỏng. Hãy tải lại trang rồi thử lại.',
    PAGE_TOKEN_INVALID: 'Trang này của danh sách không mở được nữa. Hãy làm mới danh sách.',
    TOKEN_MISSING: 'Trước tiên hãy đăng nhập.',
    TOKEN_INVALID: 'Phiên đăng nhập không hợp lệ. Hãy đăng nhập lại.',
    TOKEN_EXPIRED: 'Phiên đăng nhập đã hết hạn. Hãy đăng nhập lại.',
    EMAIL_NOT_VERIFIED: 'Địa chỉ email chưa được xác minh. Hãy xác minh khi đăng nhập, rồi đăng nhập lại.',
    DIRECT_REQUEST: 'Hãy mở cổng thông tin bằng địa chỉ của chính cổng: địa chỉ này không nhận yêu cầu.',
    NOT_A_PARTNER:
      'Bạn không thuộc đối tác nào. Hãy đề nghị chủ sở hữu tài khoản đối tác mời bạn. Nếu đã được mời, hãy chấp nhận trên trang Lời mời của tôi.',
    NOT_AN_OPERATOR: 'Chỉ người vận hành của nhà cung cấp mới làm được việc này.',
    SECOND_FACTOR_REQUIRED:
      'Việc này cần yếu tố thứ hai. Hãy thiết lập trên trang Yếu tố thứ hai, mở từ tên tài khoản của bạn, rồi đăng nhập lại.',
    SECOND_FACTOR_OF_PROVIDER:
      'Việc này cần yếu tố thứ hai, nhưng chưa biết nhà cung cấp danh tính của tổ chức bạn có yêu cầu hay không. Hãy hỏi người vận hành của nhà cung cấp.',
    ROLE_MISSING:
      'Vai trò của bạn không cho phép việc này. Hãy đề nghị chủ sở hữu tài khoản đối tác làm việc này hoặc cấp cho bạn vai trò phù hợp.',
    ROLE_NOT_HELD:
      'Bạn chỉ cấp và thu hồi được vai trò mà bạn có. Bạn không có vai trò {{role}}. Hãy nhờ người có vai trò này.',
    NOT_THE_CONTACT: 'Chỉ người liên hệ của khách hàng mới đổi được tên.',
    CUSTOMER_NOT_FOUND: 'Không có khách hàng này. Hãy kiểm tra danh sách khách hàng.',
    INVITE_LINK_INVALID:
      'Liên kết này không mở được lời mời: liên kết có thể bị thiếu ký tự hoặc đã cũ. Hãy mở email mới nhất, hoặc đề nghị đối tác gửi email mới.',
    CLOUD_NOT_FOUND: 'Không có đám mây này trong số bạn truy cập được. Hãy đề nghị chủ sở hữu cấp vai trò cho bạn.',
    OPERATION_NOT_FOUND: 'Không có thao tác này.',
    METHOD_NOT_FOUND: 'Không có phương thức này.',
    MEMBER_NOT_FOUND: 'Không có thành viên này. Hãy làm mới danh sách thành viên.',
    MEMBERSHIP_NOT_FOUND: 'Không có lời mời hoặc tư cách thành viên này. Hãy kiểm tra trang Lời mời của tôi.',
    PARTNER_NOT_FOUND: 'Không có đối tác này.',
    ACCOUNT_NOT_FOUND: 'Không có tài khoản này.',
    CUSTOMER_EXISTS: 'Đã có khách hàng với địa chỉ email này. Hãy tìm trong danh sách, hoặc dùng địa chỉ khác.',
    CUSTOMER_DELETED: 'Khách hàng được thêm bằng chính yêu cầu này đã bị xóa. Hãy thêm lại khách hàng.',
    CUSTOMER_STATUS: 'Trạng thái của khách hàng là “{{status}}”. Không thể làm việc này ở trạng thái đó. {{advice}}',
    CUSTOMER_NOT_ACTIVE:
      'Trạng thái của khách hàng là “{{status}}”. Chỉ có thể tạo và liên kết đám mây khi khách hàng đang hoạt động.',
    PARTNER_NOT_PAID:
      'Việc này cần chế độ trả phí. Tài khoản đối tác: {{partnerName}}. Chỉ nhà cung cấp bật được chế độ này: thành viên hãy liên hệ nhà cung cấp, khách hàng hãy liên hệ đối tác.',
    EMAIL_OF_MEMBER:
      'Địa chỉ này thuộc chính đối tác, mà chỉ khách hàng mới xác nhận được lời mời. Hãy nhập địa chỉ của khách hàng.',
    INVITER_IS_OWN:
      'Địa chỉ này thuộc {{partnerName}}, bên đã mời khách hàng. Chỉ khách hàng mới trả lời được: hãy đề nghị {{partnerName}} mời địa chỉ của khách hàng.',
    EMAIL_DOMAIN_NOT_ALLOWED: 'Không mời được địa chỉ thuộc tên miền này. Các tên miền có thể dùng: {{allowed}}.',
    RESELLER_SERVED_NOT_ALLOWED: 'Trong chương trình này, khách hàng phải xác nhận. Hãy mời khách hàng qua email.',
    ACCOUNT_NOT_REGISTERED: 'Không có tài khoản đã đăng ký với email này. Hãy liên hệ {{brand}} rồi thử lại.',
    ACCOUNT_HAS_CREDIT_BALANCE: 'Tài khoản có số dư tín dụng. Hãy liên hệ {{brand}} rồi thử lại.',
    ACCOUNT_USES_SERVICES: 'Tài khoản đang sử dụng dịch vụ. Hãy liên hệ {{brand}} rồi thử lại.',
    ACCOUNT_HAS_DISCOUNTS: 'Tài khoản đang được hưởng chiết khấu. Hãy liên hệ {{brand}} rồi thử lại.',
    ACCOUNT_USES_POC: 'Tài khoản đang sử dụng dịch vụ POC. Hãy liên hệ {{brand}} rồi thử lại.',
    ACCOUNT_NOT_PREPAID: 'Tài khoản không thuộc loại trả trước. Hãy liên hệ {{brand}} rồi thử lại.',
    ACCOUNT_NOT_ELIGIBLE:
      'Tài khoản chưa đủ điều kiện của chương trình đối tác. {{faults}} Hãy liên hệ {{brand}} rồi thử lại.',
    ACCOUNT_NOT_AVAILABLE:
      'Tài khoản với email này không khả dụng. Hãy tìm trong danh sách của bạn; nếu không có, hãy liên hệ {{brand}}.',
    EMAIL_UNDELIVERABLE:
      'Thư không đến được địa chỉ này. Hãy đổi địa chỉ email của khách hàng: địa chỉ mới được mời ngay.',
    UNDELIVERABLE_EXPIRED:
      'Thư không đến được địa chỉ này. Lời mời đã hết hạn: hãy thêm lại khách hàng với địa chỉ khác.',
    INVITATIONS_DECLINED:
      'Người nhận không muốn nhận thêm lời mời từ bạn. Có thể mời lại sau {{until}}. Chỉ người nhận mới có thể cho phép sớm hơn: trên trang của lời mời hoặc trang Lời mời của tôi.',
    CLOUD_NAME_TAKEN: 'Tổ chức này đã có đám mây {{name}}. Hãy chọn tên khác.',
    CLOUD_ELSEWHERE:
      'Đám mây thuộc tài khoản khác. Chỉ có thể liên kết đám mây của người liên hệ của khách hàng, hoặc của chính bạn nếu khách hàng đã cấp vai trò cho bạn.',
    ALREADY_LINKED:
      'Đám mây đã được tính phí vào một tài khoản phụ. Khách hàng: {{customerName}}. Cần gỡ liên kết ở đó trước.',
    ROLE_INSUFFICIENT: 'Vai trò của bạn trên đám mây này chưa đủ. Hãy đề nghị chủ sở hữu cấp vai trò {{roleId}}.',
    ROLE_TOO_RECENT: 'Vai trò của bạn trên đám mây này mới được cấp. Có thể liên kết từ {{linkableAt}}.',
    CLOUD_NOT_LINKED:
      'Đám mây này được tạo trong tổ chức của tài khoản phụ. Chỉ người liên hệ của khách hàng, nếu có, mới gỡ liên kết được.',
    MEMBER_ELSEWHERE:
      'Đã là thành viên của đối tác khác. Trước tiên cần rời đối tác đó: có thể làm việc này trên trang Lời mời của tôi.',
    SERVICE_ACCOUNT_NOT_RECORDED:
      'Nhà cung cấp chưa ghi nhận tài khoản dịch vụ này cho tài khoản đối tác của bạn. Tài khoản dịch vụ: {{id}}. Hãy đề nghị nhà cung cấp ghi nhận.',
    DOMAIN_ELSEWHERE: 'Tên miền thuộc đối tác khác. Tên miền: {{domain}}.',
    LAST_OWNER:
      'Tài khoản đối tác phải còn ít nhất một chủ sở hữu. Trước tiên hãy chỉ định chủ sở hữu khác. Người được mời chỉ được tính sau khi chấp nhận.',
    ROLE_OF_MEMBERSHIP:
      'Vai trò này đi cùng vai trò trên tài khoản đối tác. Chủ sở hữu: {{id}}. Hãy đổi vai trò của người này trong mục Quản lý quyền truy cập.',
    ROLE_OF_CONTACT:
      'Vai trò này đi cùng việc xác nhận lời mời. Người liên hệ: {{id}}. Không ai khác thu hồi được vai trò này.',
    TOO_MANY_BINDINGS: 'Đã cấp quá nhiều vai trò. Chỉ được có tối đa {{max}} vai trò. Trước tiên hãy thu hồi bớt.',
    IDEMPOTENCY_KEY_REUSED: 'Yêu cầu này đã được gửi với nội dung khác. Hãy thử lại.',
    STALE_VERSION: 'Người khác đã thay đổi dữ liệu này. Hãy tải lại dữ liệu rồi thực hiện lại.',
    BODY_TOO_LARGE: 'Quá nhiều dữ liệu trong một lần. Hãy rút ngắn nội dung. Chỉ gửi được tối đa {{max}} byte.',
    NOT_JSON_MEDIA_TYPE: 'Yêu cầu bị hỏng. Hãy tải lại trang rồi thử lại.',
    BODY_CODED: 'Yêu cầu bị hỏng. Hãy tải lại trang rồi thử lại.',
    RESEND_TOO_SOON: 'Lời mời vừa được gửi đến địa chỉ này. Có thể gửi lại {{wait}}.',
    MAIL_QUEUED: 'Thư trước vẫn đang chờ gửi. Hãy đợi thư được gửi rồi gửi lại lời mời.',
    INVITATION_LIMIT:
      'Đã gửi hết số lời mời mà chương trình cho phép trong một ngày. Đối tác: {{partnerName}}. Có thể tiếp tục từ {{resumesAt}}.',
    REFUSAL_LIMIT:
      'Hôm nay có quá nhiều khách hàng bị từ chối do tài khoản của họ. Đối tác: {{partnerName}}. Có thể tiếp tục từ {{resumesAt}}.',
    REQUEST_LIMIT: 'Tài khoản đối tác của bạn gửi quá nhiều yêu cầu. Hãy thử lại {{wait}}.',
    INTERNAL: 'Dịch vụ gặp lỗi. Hãy thử lại. Nếu vẫn lỗi, hãy báo mã yêu cầu cho nhà cung cấp.',
    TRY_AGAIN: 'Dịch vụ đang bận. Hãy thử lại sau giây lát.',
    NOT_TRIED: 'Không đủ thời gian xử lý dòng này. Hãy gửi lại.',
  },
  advice: {
    VERIFICATION_REQUIRED: 'Trước tiên khách hàng phải xác nhận.',
    APPROVAL_REQUIRED: 'Trước tiên nhà cung cấp phải phê duyệt.',
    ACTIVE: 'Hãy tải lại trang để xem những việc có thể làm.',
    SUSPENDED: 'Đối tác có thể kích hoạt lại khách hàng.',
    DECLINED: 'Đối tác có thể mời lại khách hàng.',
    REJECTED: 'Đối tác có thể mời lại khách hàng.',
    EXPIRED: 'Đối tác có thể mời lại khách hàng.',
  },
  faults: {
    WRONG_TYPE: 'Trường “{{field}}” có giá trị sai kiểu',
    NOT_ASCII: 'Trường “{{field}}” chỉ được có chữ Latinh không dấu, chữ số và ký hiệu',
    TOO_LARGE: 'Trường “{{field}}” chỉ được có tối đa {{max}} byte',
    NOT_ONE_OF: 'Các giá trị có thể dùng cho trường “{{field}}”: {{allowed}}',
    DOMAIN_NOT_VALID: 'Đây không phải tên miền của địa chỉ email',
    CLIENT_ID_HAS_AT: 'Mã tài khoản dịch vụ không được có ký hiệu @',
    ENCODED_TWICE: 'Giá trị của trường “{{field}}” bị mã hóa hai lần',
    NOT_OF_PATH: 'Trường “{{field}}” không được có các ký hiệu ?, # và /',
    PARTNER_ID_NOT_VALID:
      'Mã đối tác là UUID, hoặc từ 2 đến 50 chữ cái Latinh, chữ số, dấu gạch nối và dấu chấm, bắt đầu bằng chữ cái viết thường',
    CLOUD_NAME_NOT_VALID:
      'Chỉ dùng chữ cái Latinh viết thường, chữ số và dấu gạch nối, tối đa 63 ký tự. Bắt đầu bằng chữ cái, không kết thúc bằng dấu gạch nối',
    CLOUD_ID_NOT_VALID: 'Mã đám mây có từ 1 đến 50 chữ cái Latinh, chữ số, dấu chấm, dấu gạch nối và dấu gạch dưới',
    ROLE_ID_NOT_VALID: 'Không có vai trò này',
    HOLDER_HAS_ALL_ROLES: 'Người sở hữu đám mây đã có mọi vai trò trên đó',
    TIME_NOT_VALID: 'Trường “{{field}}” phải là thời gian',
    TIME_OUT_OF_RANGE: 'Trường “{{field}}” có năm không hợp lệ',
    TIME_NOT_FOR_REMOVE: 'Chỉ nhập thời hạn khi cấp vai trò',
    TIME_NOT_IN_FUTURE: 'Thời hạn phải ở tương lai',
    AMOUNT_NOT_VALID: 'Trường “{{field}}” có số tiền không hợp lệ',
    PAGE_SIZE_NOT_VALID: 'Một trang có từ 1 đến {{max}} dòng',
    PAGE_TOKEN_NOT_VALID: 'Trang này của danh sách không mở được nữa',
    KEY_NOT_VALID: 'Khóa chống trùng lặp có từ 1 đến {{max}} ký tự',
    ETAG_NOT_VALID: 'Phiên bản dữ liệu không đúng',
    NOT_FOR_SERVED: 'Hãy để trống địa chỉ: khách hàng này được phục vụ mà không cần lời mời',
    UNKNOWN_FIELD: 'Yêu cầu này không có trường “{{field}}”',
    SENT_TWICE: 'Trường “{{field}}” được gửi hai lần',
    NOT_VALID: 'Trường “{{field}}” có giá trị không hợp lệ',
  },
  undelivered,
};
