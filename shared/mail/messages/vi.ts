import type { Messages } from '../message.ts';

const OPEN_CUSTOMER = 'Mở trang khách hàng';
const MEANING =
  'Khi bạn xác nhận, {partner} sẽ thanh toán cho các đám mây được liên kết với tài khoản của bạn. Một tổ chức sẽ được tạo cho bạn, và bạn sẽ là quản trị viên của tổ chức đó. Nhân viên của {partner} cũng được cấp quyền trong tổ chức này.';
const IGNORED =
  'Hạn xác nhận là {until}. Nếu bạn không làm gì, lời mời sẽ hết hạn và không có gì thay đổi đối với bạn.';
const DECLINE =
  'Bạn không muốn tham gia hoặc không biết bên mời? Vui lòng mở liên kết trên và chọn “Từ chối”. Tại đó bạn cũng có thể từ chối nhận thêm lời mời từ {partner}.';

export const vi: Messages<never> = {
  mails: {
    INVITATION: {
      subject: 'Vui lòng xác nhận bạn sẵn sàng làm việc với đơn vị tích hợp trên {brand}',
      preheader: '{partner} mời {customer}. Hạn xác nhận: {until}.',
      title: '{partner} mời bạn sử dụng {brand}',
      before: [
        '{partner} đề nghị phục vụ {customer} trên {brand} với vai trò đơn vị tích hợp. Vui lòng xem lời mời, sau đó xác nhận hoặc từ chối.',
        MEANING,
      ],
      until: 'Hạn xác nhận',
      button: 'Xem lời mời',
      after: [IGNORED, DECLINE],
    },
    RESENT: {
      subject: 'Vui lòng xác nhận bạn sẵn sàng làm việc với đơn vị tích hợp trên {brand}',
      preheader: '{partner} đã gửi lại lời mời cho bạn. Hạn xác nhận: {until}.',
      title: '{partner} một lần nữa mời bạn sử dụng {brand}',
      before: [
        '{partner} đã gửi lại lời mời cho bạn: {partner} đề nghị phục vụ {customer} trên {brand} với vai trò đơn vị tích hợp. Vui lòng xem lời mời, sau đó xác nhận hoặc từ chối.',
        MEANING,
      ],
      until: 'Hạn xác nhận',
      button: 'Xem lời mời',
      after: [IGNORED, DECLINE],
    },
    REMINDER: {
      subject: 'Nhắc bạn: {left} để xác nhận bạn sẵn sàng làm việc với đơn vị tích hợp trên {brand}',
      preheader: '{partner} chờ phản hồi của bạn đến {until}.',
      title: '{partner} chờ bạn trả lời: {left}',
      before: [
        '{partner} đã đề nghị phục vụ {customer} trên {brand} với vai trò đơn vị tích hợp và chưa nhận được phản hồi của bạn.',
        MEANING,
      ],
      until: 'Hạn xác nhận',
      button: 'Xem lời mời',
      after: [IGNORED, DECLINE],
    },
    CONFIRMED: {
      subject: '{customer} đã xác nhận',
      preheader: 'Tài khoản phụ đã hoạt động. Giờ đây có thể tạo hoặc liên kết đám mây.',
      title: '{customer} đã xác nhận',
      before: [
        '{customer} đã xác nhận sẵn sàng làm việc với {partner} trên {brand}. Tài khoản phụ của khách hàng đã hoạt động.',
        'Giờ đây bạn có thể tạo đám mây cho khách hàng hoặc liên kết đám mây mà khách hàng đang có.',
      ],
      button: OPEN_CUSTOMER,
      after: [],
    },
    CONFIRMED_UNTIL_APPROVAL: {
      subject: '{customer} đã xác nhận, đang chờ phê duyệt',
      preheader: '{brand} cần phê duyệt khách hàng. Bạn không cần làm gì thêm.',
      title: '{customer} đã xác nhận',
      before: [
        '{customer} đã xác nhận sẵn sàng làm việc với {partner}. {brand} cần phê duyệt khách hàng này.',
        'Bạn không cần làm gì thêm. Trang khách hàng sẽ hiển thị kết quả ngay khi có quyết định.',
      ],
      until: 'Hạn quyết định',
      button: OPEN_CUSTOMER,
      after: ['Nếu đến hạn mà chưa có quyết định, lời mời sẽ hết hạn và bạn có thể mời lại khách hàng.'],
    },
    DECLINED: {
      subject: '{customer} đã từ chối lời mời',
      preheader: 'Chưa có gì được tạo. Bạn có thể mời lại khách hàng.',
      title: '{customer} đã từ chối lời mời',
      before: [
        '{customer} đã từ chối làm việc với {partner} trên {brand}. Chưa có gì được tạo cho khách hàng này.',
        'Nếu đây là nhầm lẫn, vui lòng liên hệ với khách hàng và gửi lời mời mới.',
      ],
      button: OPEN_CUSTOMER,
      after: ['Nếu bạn không làm gì, hồ sơ của khách hàng này sẽ được tự động xóa sau một thời gian.'],
    },
    DECLINED_AND_BLOCKED: {
      subject: '{customer} đã từ chối lời mời',
      preheader: 'Chưa có gì được tạo. Người nhận không muốn nhận thêm lời mời từ bạn.',
      title: '{customer} đã từ chối lời mời',
      before: [
        '{customer} đã từ chối làm việc với {partner} trên {brand}. Chưa có gì được tạo cho khách hàng này.',
        'Người nhận không muốn nhận thêm lời mời từ {partner}. Trong 30 ngày, bạn không thể mời địa chỉ này, trừ khi người nhận cho phép sớm hơn.',
      ],
      button: OPEN_CUSTOMER,
      after: ['Nếu bạn không làm gì, hồ sơ của khách hàng này sẽ được tự động xóa sau một thời gian.'],
    },
    EXPIRED: {
      subject: 'Lời mời dành cho {customer} đã hết hạn',
      preheader: 'Lời mời không được hoàn tất đúng hạn. Bạn có thể mời lại khách hàng.',
      title: 'Lời mời dành cho {customer} đã hết hạn',
      before: [
        'Lời mời {customer} làm việc với {partner} trên {brand} không được hoàn tất đúng hạn. Chưa có gì được tạo cho khách hàng này.',
        'Trang khách hàng cho biết quá trình dừng ở bước nào và cách mời lại khách hàng.',
      ],
      button: OPEN_CUSTOMER,
      after: ['Nếu bạn không làm gì, hồ sơ của khách hàng này sẽ được tự động xóa sau một thời gian.'],
    },
    BOUNCED: {
      subject: 'Lời mời không gửi được đến {customer}',
      preheader: 'Địa chỉ email không nhận thư. Hãy sửa địa chỉ, lời mời sẽ được gửi lại.',
      title: 'Lời mời không gửi được đến {customer}',
      before: [
        'Địa chỉ email của {customer} không nhận thư: lời mời làm việc với {partner} trên {brand} đã bị trả lại.',
        'Vui lòng hỏi khách hàng địa chỉ đúng và nhập địa chỉ đó trên trang khách hàng. Lời mời sẽ được gửi lại.',
      ],
      button: 'Sửa địa chỉ email',
      after: ['Nếu bạn không làm gì, lời mời sẽ hết hạn.'],
    },
    APPROVAL_REQUESTED: {
      subject: 'Yêu cầu phê duyệt: {customer}, khách hàng của {partner}',
      preheader: '{partner} muốn phục vụ khách hàng này. Quyết định là của bạn.',
      title: '{customer} đang chờ phê duyệt',
      before: [
        '{partner} muốn phục vụ {customer} trên {brand}. Theo quy định của chương trình đối tác, bạn phê duyệt hoặc không phê duyệt khách hàng này.',
      ],
      until: 'Hạn quyết định',
      button: 'Xem yêu cầu',
      after: ['Nếu đến hạn mà chưa có quyết định, yêu cầu sẽ hết hạn và đối tác phải mời lại khách hàng.'],
    },
    APPROVED: {
      subject: 'Việc hợp tác với đơn vị tích hợp trên {brand} đã được phê duyệt',
      preheader: '{partner} hiện phục vụ {customer}. Tổ chức của bạn đã sẵn sàng.',
      title: '{brand} đã phê duyệt {customer}',
      before: [
        '{brand} đã phê duyệt {customer} là khách hàng của {partner}.',
        'Một tổ chức đã được tạo cho bạn và bạn là quản trị viên của tổ chức đó. Để làm việc trong tổ chức, vui lòng đăng nhập vào {brand} bằng địa chỉ email đã nhận thư này.',
      ],
      button: 'Mở cổng đối tác',
      after: ['Bạn không cần làm gì thêm. {partner} có thể tạo đám mây cho bạn.'],
    },
    REJECTED: {
      subject: 'Việc hợp tác với đơn vị tích hợp trên {brand} không được phê duyệt',
      preheader: 'Chưa có gì được tạo và không có gì thay đổi đối với bạn.',
      title: '{brand} không phê duyệt {customer}',
      before: [
        '{brand} không phê duyệt {customer} là khách hàng của {partner}. Chưa có gì được tạo và không có gì thay đổi đối với bạn.',
        'Vui lòng hỏi {partner} xem bạn có thể làm gì.',
      ],
      button: 'Mở cổng đối tác',
      after: [],
    },
    SUSPENDED: {
      subject: 'Dịch vụ của bạn trên {brand} đã bị tạm ngừng',
      preheader: '{partner} đã tạm ngừng dịch vụ của {customer}.',
      title: '{partner} đã tạm ngừng dịch vụ của bạn',
      before: [
        '{partner} đã tạm ngừng dịch vụ của {customer} trên {brand}. Cho đến khi {partner} khôi phục dịch vụ, không thể tạo hoặc liên kết đám mây.',
        'Vui lòng hỏi {partner} về lý do và những việc bạn có thể làm.',
      ],
      button: 'Mở cổng đối tác',
      after: [],
    },
    RESUMED: {
      subject: 'Dịch vụ của bạn trên {brand} đã được khôi phục',
      preheader: '{partner} đã khôi phục dịch vụ của {customer}.',
      title: '{partner} đã khôi phục dịch vụ của bạn',
      before: [
        '{partner} đã khôi phục dịch vụ của {customer} trên {brand}. Giờ đây có thể tạo và liên kết đám mây trở lại.',
        'Bạn không cần làm gì thêm.',
      ],
      button: 'Mở cổng đối tác',
      after: [],
    },
    APPROVED_FOR_PARTNER: {
      subject: '{customer} đã được phê duyệt',
      preheader: 'Tài khoản phụ đã hoạt động. Giờ đây có thể tạo hoặc liên kết đám mây.',
      title: '{brand} đã phê duyệt {customer}',
      before: [
        '{brand} đã phê duyệt {customer} là khách hàng của {partner}. Tài khoản phụ của khách hàng đã hoạt động.',
        'Giờ đây bạn có thể tạo đám mây cho khách hàng hoặc liên kết đám mây mà khách hàng đang có.',
      ],
      button: OPEN_CUSTOMER,
      after: [],
    },
    REJECTED_FOR_PARTNER: {
      subject: '{customer} không được phê duyệt',
      preheader: 'Chưa có gì được tạo cho khách hàng này.',
      title: '{brand} không phê duyệt {customer}',
      before: [
        '{brand} không phê duyệt {customer} là khách hàng của {partner}. Chưa có gì được tạo cho khách hàng này.',
        'Khi lý do không còn nữa, bạn có thể mời lại khách hàng.',
      ],
      button: OPEN_CUSTOMER,
      after: ['Nếu bạn không làm gì, hồ sơ của khách hàng này sẽ được tự động xóa sau một thời gian.'],
    },
    MEMBER_INVITED: {
      subject: 'Một đối tác của {brand} mời bạn tham gia nhóm',
      preheader: '{partner} mời bạn. Hạn chấp nhận: {until}.',
      title: '{partner} mời bạn tham gia nhóm',
      before: [
        '{partner} muốn mời bạn làm việc trong tài khoản đối tác của họ trên {brand}.',
        'Vui lòng đăng nhập vào cổng đối tác bằng địa chỉ email đã nhận thư này, rồi chấp nhận hoặc từ chối. Bạn chưa có quyền nào tại {partner} cho đến khi chấp nhận.',
      ],
      until: 'Hạn chấp nhận',
      button: 'Xem lời mời',
      after: [
        'Nếu bạn không làm gì, lời mời sẽ hết hiệu lực vào {until} và không có gì thay đổi đối với bạn.',
        'Bạn không biết {partner}? Vui lòng từ chối lời mời hoặc bỏ qua thư này.',
      ],
    },
  },
  labels: { invitedBy: 'Bên mời', partner: 'Đối tác', customer: 'Khách hàng', reason: 'Lý do' },
  orOpen: 'Nếu nút không hoạt động, vui lòng mở liên kết này:',
  moment: '{time} ngày {date} (UTC)',
  left: { days: { other: 'còn {count} ngày' }, hours: { other: 'còn {count} giờ' } },
  footers: {
    invitee:
      'Bạn nhận được thư này vì {partner} đã nhập địa chỉ này để mời {customer} sử dụng {brand}. Trước khi bạn trả lời, chúng tôi có thể gửi thư nhắc và {partner} có thể gửi lại lời mời.',
    customer: 'Bạn nhận được thư này vì đã xác nhận lời mời của {partner} trên {brand}.',
    partner: 'Bạn nhận được thư này vì đã thêm {customer} trên cổng đối tác của {brand}.',
    owners:
      'Bạn nhận được thư này với tư cách chủ sở hữu tài khoản của {partner} trên cổng đối tác của {brand}. Chỉ các chủ sở hữu nhận được thông báo này.',
    operator: 'Bạn nhận được thư này vì bạn phê duyệt khách hàng của các đối tác {brand}.',
    member:
      'Bạn nhận được thư này vì {partner} đã nhập địa chỉ này để mời bạn làm thành viên trên {brand}. Chúng tôi sẽ không gửi thư nào khác về lời mời này.',
  },
};
