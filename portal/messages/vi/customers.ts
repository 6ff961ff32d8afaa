import type { customers as english } from '../en/customers.ts';
import type { Translation } from '../Translation.ts';

export const customers: Translation<typeof english> = {
  customers: {
    description: 'Những khách hàng bạn phục vụ hoặc đã mời',
    add: 'Thêm khách hàng',
    refresh: 'Đọc lại danh sách',
    notRead: 'Không hiển thị được khách hàng',
    notPaid: 'Tài khoản đối tác của bạn chưa bật chế độ trả phí: chưa thể thêm khách hàng cho đến khi bật.',
    search: 'Phần đầu của tên, hoặc của địa chỉ email kèm @',
    allStatuses: 'Mọi trạng thái',
    selection: 'Khách hàng sẽ được gửi lại lời mời',
    selectAll: 'Chọn tất cả khách hàng có thể mời lại',
    select: 'Chọn {{name}}',
    shown_other: 'Đang hiện {{count}} khách hàng',
    pageSize_other: '{{count}} khách hàng',
    none: 'Chưa có khách hàng nào',
    noneText: 'Hãy thêm khách hàng đầu tiên: họ sẽ nhận email có liên kết và xác nhận tại đó.',
    noneTextViewer:
      'Vai trò của bạn không thêm được khách hàng. Hãy nhờ đồng nghiệp là chủ sở hữu, quản trị viên hoặc người chỉnh sửa.',
    noMatch: 'Không có khách hàng phù hợp',
    noMatchText: 'Tên và địa chỉ được tìm theo phần đầu.',
    clear: 'Hiện tất cả khách hàng',
    noneYet: 'Chưa có khách hàng phù hợp trong số đã đọc.',
    goOn: 'Tìm tiếp',
    columns: {
      name: 'Tên',
      email: 'Email',
      status: 'Trạng thái',
      delivery: 'Email mời',
      deadline: 'Hạn xác nhận',
      clouds: 'Đám mây',
      createdAt: 'Ngày thêm',
      createdBy: 'Người thêm',
      role: 'Vai trò của bạn',
      id: 'Mã tài khoản phụ',
    },
  },
  resend: {
    button: 'Gửi lại lời mời',
    select: 'Chọn những khách hàng chưa xác nhận',
    title: 'Gửi lại lời mời',
    text: 'Mỗi khách hàng này sẽ nhận lại email. Thời hạn xác nhận được tính lại từ đầu, các liên kết đã gửi trước vẫn dùng được.',
    send_other: 'Gửi {{count}} lời mời',
    progress: 'Đã gửi: {{sent}} trên {{count}}',
    sent: 'Đang gửi đi',
  },
};
