import type { clouds as english } from '../en/clouds.ts';
import type { Translation } from '../Translation.ts';

export const clouds: Translation<typeof english> = {
  clouds: {
    title: 'Đám mây',
    text: 'Các đám mây này được tính phí vào tài khoản phụ. Đám mây chưa liên kết thì khách hàng tự thanh toán.',
    textOfContact: 'Đối tác của bạn thanh toán cho các đám mây này. Đám mây chưa liên kết thì bạn tự thanh toán.',
    notRead: 'Không hiển thị được các đám mây',
    none: 'Chưa có đám mây nào',
    noneText: 'Hãy tạo một đám mây, hoặc liên kết đám mây mà khách hàng đã có.',
    noneTextOfContact: 'Hãy tạo một đám mây, hoặc liên kết đám mây mà bạn đã có.',
    notActive: 'Có thể tạo và liên kết đám mây khi khách hàng đang hoạt động.',
    notPaid: 'Tài khoản đối tác của bạn chưa bật chế độ trả phí. Hãy đề nghị nhà cung cấp bật chế độ này.',
    created: 'Tạo ngày {{date}}',
    linked: 'Liên kết ngày {{date}}',
    charges: 'Đám mây này từng phát sinh phí ở tài khoản thanh toán cũ. Hãy thanh toán số còn nợ ở đó.',
    more: 'Xem thêm',
    create: 'Tạo đám mây',
    createButton: 'Tạo',
    createdNow: 'Đã tạo đám mây {{name}}.',
    name: 'Tên',
    namePattern: 'Từ 1 đến 63 ký tự: chữ cái Latinh viết thường, chữ số và dấu gạch nối, bắt đầu bằng chữ cái',
    nameInvalid:
      'Chỉ dùng chữ cái Latinh viết thường, chữ số và dấu gạch nối, tối đa 63 ký tự. Bắt đầu bằng chữ cái, không kết thúc bằng dấu gạch nối.',
    organization: 'Tổ chức',
    link: 'Liên kết đám mây',
    linkButton: 'Liên kết',
    linkButtonNamed: 'Liên kết {{name}}',
    linkable: 'Đám mây của khách hàng',
    linkText:
      'Từ lúc liên kết, đám mây được tính phí vào tài khoản phụ. Nếu đám mây có phí ở tài khoản thanh toán khác, cần thanh toán ở đó.',
    linkedNow: 'Đã liên kết đám mây {{name}}.',
    linkedWithCharges:
      'Đã liên kết đám mây {{name}}. Đám mây từng phát sinh phí ở tài khoản thanh toán cũ: hãy thanh toán số còn nợ ở đó.',
    linkableNotRead: 'Không hiển thị được các đám mây bạn có thể liên kết',
    noneLinkable: 'Không có đám mây nào bạn có thể liên kết',
    noneLinkableText:
      'Bạn không có vai trò trên đám mây nào của khách hàng này. Hãy đề nghị khách hàng cấp cho bạn vai trò resource-manager.clouds.owner trên đám mây.',
    noneOfYours: 'Tài khoản của bạn chưa có đám mây nào. Bạn có thể tạo đám mây ở đây.',
    unlinkable: {
      ROLE_TOO_RECENT: 'Vai trò của bạn trên đám mây này mới được cấp. Bạn có thể liên kết từ {{time}}.',
      ROLE_INSUFFICIENT:
        'Vai trò của bạn trên đám mây này chưa đủ. Hãy đề nghị chủ sở hữu cấp vai trò resource-manager.clouds.owner.',
      ALREADY_LINKED: 'Đám mây đã được tính phí vào một tài khoản phụ. Cần gỡ liên kết ở đó trước.',
    },
    unlink: 'Gỡ liên kết',
    isUnlinked: 'Đã gỡ liên kết đám mây {{id}}.',
    unlinkNamed: 'Gỡ liên kết {{name}}',
    unlinkText: 'Đám mây vẫn giữ nguyên, nhưng từ nay khách hàng tự thanh toán. Có thể liên kết lại sau.',
    search: 'Tìm theo tên hoặc mã',
    noMatch: 'Không có đám mây nào phù hợp',
    clear: 'Xóa tìm kiếm',
    columns: { name: 'Tên', id: 'Mã', since: 'Có từ', console: 'Bảng quản trị', actions: 'Thao tác' },
    open: 'Mở',
    openNamed: 'Mở {{name}} trong bảng quản trị',
    found_other: '{{count, number}} đám mây',
  },
};
