import type { approvals as english } from '../en/approvals.ts';
import type { Translation } from '../Translation.ts';

export const approvals: Translation<typeof english> = {
  approvals: {
    description: 'Khách hàng đã xác nhận và đang chờ bạn quyết định, hạn gần nhất trước',
    refresh: 'Đọc lại danh sách',
    notRead: 'Không hiện được danh sách',
    none: 'Không có ai chờ phê duyệt',
    noneText: 'Người xác nhận lời mời tiếp theo sẽ xuất hiện ở đây, và bạn nhận được email.',
    more: 'Hiện thêm',
    of: 'Đối tác {{partner}}',
    noContact: 'không có người liên hệ riêng',
    awaits: 'Khách hàng đang chờ bạn quyết định. Khi bạn phê duyệt, điều kiện của tài khoản được kiểm tra lại.',
    notWaiting: 'Khách hàng này không chờ phê duyệt, hoặc không còn chờ nữa',
    notWaitingText: 'Lịch sử cho biết điều gì đã xảy ra.',
    gone: 'Không có khách hàng này',
    goneText: 'Khách hàng có thể đã bị xóa, hoặc địa chỉ bị sai.',
    fields: {
      name: 'Khách hàng',
      partner: 'Đối tác',
      email: 'Email',
      added: 'Ngày thêm',
      id: 'Mã tài khoản phụ',
    },
    approve: 'Phê duyệt',
    approveNamed: 'Phê duyệt {{name}}',
    approveText:
      '{{name}} trở thành khách hàng của đối tác {{partner}}: tổ chức được tạo, và có thể tạo đám mây. Không thể hoàn tác ở đây.',
    approved: 'Đã phê duyệt {{name}}.',
    reject: 'Không phê duyệt',
    rejectNamed: 'Không phê duyệt {{name}}',
    rejectText: '{{name}} sẽ không trở thành khách hàng. Không thể hoàn tác: đối tác phải thêm lại khách hàng.',
    reason: 'Lý do',
    reasonText: 'Đối tác và khách hàng đọc lý do này trong email.',
    rejected: 'Đã không phê duyệt {{name}}.',
  },
};
