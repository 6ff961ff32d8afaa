import type { approvals as english } from '../en/approvals.ts';
import type { Translation } from '../Translation.ts';

export const approvals: Translation<typeof english> = {
  approvals: {
    description: 'Khách hàng đã xác nhận và đang chờ bạn quyết định, hạn gần nhất trước',
    refresh: 'Làm mới danh sách',
    notRead: 'Không hiển thị được danh sách',
    none: 'Không có khách hàng nào chờ phê duyệt',
    noneText: 'Khách hàng tiếp theo xác nhận lời mời sẽ xuất hiện ở đây, và bạn sẽ nhận được email.',
    neverText: 'Chương trình không yêu cầu phê duyệt: khách hàng được phục vụ ngay khi xác nhận.',
    more: 'Xem thêm',
    of: 'Đối tác {{partner}}',
    until: 'hạn quyết định: {{when}}',
    noContact: 'không có người liên hệ riêng',
    oneNotRead: 'Không hiển thị được khách hàng',
    status: {
      VERIFICATION_REQUIRED: 'Khách hàng chưa xác nhận lời mời: trước đó chưa có gì để quyết định.',
      APPROVAL_REQUIRED:
        'Khách hàng đang chờ bạn quyết định. Khi bạn phê duyệt, điều kiện của tài khoản được kiểm tra lại.',
      ACTIVE: 'Không còn gì để quyết định: khách hàng đang được phục vụ.',
      SUSPENDED: 'Không còn gì để quyết định: khách hàng đang được phục vụ, nhưng đối tác đã tạm ngừng.',
      DECLINED: 'Không có gì để quyết định: khách hàng đã từ chối lời mời.',
      REJECTED: 'Không còn gì để quyết định: khách hàng đã không được phê duyệt.',
      EXPIRED: 'Không còn gì để quyết định: đã hết hạn. Đối tác xem cách tiếp tục trên trang của khách hàng.',
    },
    eligible: 'Tài khoản đủ điều kiện',
    ineligible: 'Hiện tại tài khoản chưa đủ điều kiện',
    rulesLabel: 'Điều kiện của chương trình',
    rulesNotRead: 'Không hiển thị được kết quả kiểm tra tài khoản',
    rules: {
      REGISTERED: {
        met: 'Tài khoản đã đăng ký',
        broken: 'Không có tài khoản đã đăng ký với email này, nên không kiểm tra được các điều kiện khác',
      },
      NO_CREDIT_BALANCE: { met: 'Không có số dư tín dụng', broken: 'Có số dư tín dụng' },
      NOT_USING_SERVICES: { met: 'Không sử dụng dịch vụ nào', broken: 'Đang sử dụng dịch vụ' },
      NO_DISCOUNTS: { met: 'Không được hưởng chiết khấu', broken: 'Đang được hưởng chiết khấu' },
      NO_POC: { met: 'Không sử dụng dịch vụ POC', broken: 'Đang sử dụng dịch vụ POC' },
      PREPAID: { met: 'Thuộc loại trả trước', broken: 'Không thuộc loại trả trước' },
    },
    gone: 'Không có khách hàng này',
    goneText: 'Khách hàng có thể đã bị xóa, hoặc địa chỉ bị sai.',
    fields: {
      name: 'Khách hàng',
      partner: 'Đối tác',
      email: 'Email',
      until: 'Hạn quyết định',
      added: 'Ngày thêm',
      id: 'Mã tài khoản phụ',
    },
    approve: 'Phê duyệt',
    approveNamed: 'Phê duyệt {{name}}',
    approveText:
      '{{name}} trở thành khách hàng của đối tác {{partner}}: tổ chức được tạo, và có thể tạo các đám mây. Không thể hoàn tác ở đây.',
    approved: 'Đã phê duyệt {{name}}.',
    reject: 'Không phê duyệt',
    rejectNamed: 'Không phê duyệt {{name}}',
    rejectText: '{{name}} sẽ không trở thành khách hàng. Không thể hoàn tác: đối tác phải thêm lại khách hàng.',
    reason: 'Lý do',
    reasonText: 'Đối tác và khách hàng sẽ đọc lý do này trong email.',
    rejected: 'Đã không phê duyệt {{name}}.',
  },
};
