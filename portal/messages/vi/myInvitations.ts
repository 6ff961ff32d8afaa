import type { myInvitations as english } from '../en/myInvitations.ts';
import type { Translation } from '../Translation.ts';

export const myInvitations: Translation<typeof english> = {
  myInvitations: {
    description: 'Lời mời của các đối tác và trạng thái của chúng',
    notRead: 'Không hiển thị được các lời mời',
    none: 'Hiện không có lời mời nào',
    noneText:
      'Hiện không có lời mời nào cho {{email}}. Lời mời có thể đã hết hạn hoặc bị thu hồi: hãy đề nghị đối tác mời lại bạn. Nếu bạn nhận được lời mời qua địa chỉ email khác, hãy đăng xuất rồi đăng nhập bằng địa chỉ đó.',
    more: 'Xem thêm',
    elsewhere: 'Không thấy lời mời? Có thể lời mời đã được gửi đến địa chỉ email khác.',
    open: 'Mở lời mời của {{partner}} cho {{name}}',
    invitedBy: '{{partner}} mời',
    until: 'hạn xác nhận: {{when}}',
    membership: {
      title: 'Đối tác',
      notRead: 'Không hiển thị được các đối tác',
      active: 'Bạn làm việc cho đối tác này',
      invited: '{{by}} đã mời bạn; lời mời hết hạn {{when}}',
      accept: 'Chấp nhận',
      acceptNamed: 'Chấp nhận lời mời của {{partner}}',
      leaveFirst: 'Để chấp nhận, trước tiên hãy rời khỏi {{other}}.',
      decline: 'Từ chối',
      declineNamed: 'Từ chối lời mời của {{partner}}',
      declineText: 'Nếu muốn tham gia sau này, bạn cần {{partner}} mời lại.',
      leave: 'Rời khỏi',
      leaveNamed: 'Rời khỏi {{partner}}',
      lastOwner: 'Chủ sở hữu cuối cùng không thể rời đi. Trước hết hãy đặt người khác làm chủ sở hữu.',
      leaveText:
        'Bạn sẽ mất mọi vai trò tại {{partner}} và trên các khách hàng của đối tác này, và không còn thấy các khách hàng đó. Nếu bạn quay lại, các vai trò trên khách hàng không được khôi phục. Nếu muốn tham gia sau này, bạn cần {{partner}} mời lại.',
      accepted: 'Bạn đã là thành viên của {{partner}}.',
      declined: 'Bạn đã từ chối lời mời của {{partner}}.',
      left: 'Bạn đã rời {{partner}}.',
    },
    blocked: {
      title: 'Tạm thời không nhận lời mời',
      notRead: 'Không hiển thị được danh sách đối tác bị chặn',
      until: 'Không nhận lời mời cho đến {{date}}',
      allow: 'Cho phép mời lại',
      allowNamed: 'Cho phép mời lại: {{partner}}',
      allowed: 'Đã cho phép {{partner}} mời lại bạn.',
    },
    one: {
      notRead: 'Không hiển thị được lời mời',
      gone: 'Không có lời mời này',
      goneText:
        'Có thể lời mời được gửi đến địa chỉ email khác: khi đó hãy đăng nhập bằng địa chỉ đó. Cũng có thể lời mời đã bị thu hồi: khi đó hãy hỏi đối tác đã mời bạn.',
      signedInAs: 'Bạn đang đăng nhập bằng {{email}}.',
      otherAccount: 'Đăng nhập bằng tài khoản khác',
      ofPartner: 'Bạn làm việc cho đối tác đã gửi lời mời. Chỉ người được mời mới xác nhận được.',
      fields: {
        partner: 'Bên mời',
        customer: 'Khách hàng',
        email: 'Email được mời',
        until: 'Hạn xác nhận',
        approval: 'Hạn phê duyệt',
      },
      meaning: 'Nếu bạn xác nhận',
      points: {
        serves: '{{partner}} phục vụ bạn trên {{brand}} và thanh toán cho các tài nguyên đám mây của bạn.',
        organization: 'Một tổ chức được tạo cho bạn, và bạn trở thành quản trị viên của tổ chức đó.',
        staff: 'Nhân viên của {{partner}} cũng được cấp quyền trong tổ chức này.',
      },
      note: 'Không có gì thay đổi cho đến khi bạn nhấn nút. Nếu bạn không biết {{partner}} hoặc không chờ lời mời này, hãy từ chối.',
      name: 'Tên khách hàng',
      nameText: '{{partner}} đã nhập tên này. Nếu tên chưa đúng, hãy sửa lại: tổ chức của bạn sẽ mang tên này.',
      confirm: 'Xác nhận',
      confirming: 'Đang xác nhận',
      decline: 'Từ chối',
      declineTitle: 'Từ chối lời mời?',
      declineText: '{{partner}} sẽ không phục vụ {{name}}. Không thể hoàn tác: {{partner}} sẽ phải mời lại bạn.',
      noMore: 'Tôi không muốn nhận thêm lời mời từ {{partner}}',
      noMoreText: 'Có hiệu lực trong 30 ngày. Bạn có thể cho phép mời lại bất cứ lúc nào.',
      confirmed: 'Bạn đã xác nhận. Tiếp theo, hãy tạo đám mây hoặc liên kết đám mây của bạn.',
      confirmedForApproval: 'Bạn đã xác nhận. Tiếp theo, {{brand}} sẽ quyết định.',
      declined: 'Bạn đã từ chối lời mời.',
      status: {
        VERIFICATION_REQUIRED:
          '{{partner}} đề nghị phục vụ {{name}} trên {{brand}}. Hãy đọc kỹ nội dung dưới đây, sau đó xác nhận hoặc từ chối.',
        VERIFICATION_REQUIRED_OF_ANOTHER: '{{partner}} đã mời một người khác thay mặt {{name}}; người đó cần xác nhận.',
        APPROVAL_REQUIRED:
          'Bạn đã xác nhận. Giờ {{brand}} cần phê duyệt. Bạn chưa cần làm gì. Bạn sẽ nhận được email về quyết định. Sau khi được phê duyệt, bạn có thể tạo đám mây tại đây hoặc liên kết đám mây đã có.',
        APPROVAL_REQUIRED_OF_ANOTHER: 'Giờ {{brand}} cần phê duyệt {{name}}.',
        ACTIVE: '{{partner}} phục vụ {{name}} trên {{brand}}.',
        SUSPENDED: '{{partner}} đã tạm ngừng dịch vụ của {{name}}. Hãy hỏi {{partner}} cách khôi phục dịch vụ.',
        DECLINED:
          'Lời mời đã bị từ chối: chưa có gì được tạo và {{partner}} không có quyền nào. Nếu đây là nhầm lẫn, hãy đề nghị {{partner}} mời lại bạn.',
        DECLINED_NO_MORE:
          'Bạn đã từ chối lời mời: chưa có gì được tạo và {{partner}} không có quyền nào. {{partner}} không thể mời lại bạn trước {{date}}.',
        REJECTED:
          '{{brand}} không phê duyệt {{name}} là khách hàng của {{partner}}. Hãy hỏi {{partner}} xem bạn có thể làm gì.',
        EXPIRED: 'Đã hết thời hạn và chưa có gì được tạo. Nếu bạn vẫn muốn, hãy đề nghị {{partner}} mời lại bạn.',
      },
      next: 'Tiếp theo, hãy tạo đám mây hoặc liên kết đám mây mà bạn đã có. Đám mây đã có nhưng chưa liên kết thì bạn tự thanh toán, không phải {{partner}}.',
      changeName: 'Đổi tên',
      everything: 'Quyền truy cập, lịch sử và mọi chi tiết',
    },
  },
};
