import type { members as english } from '../en/members.ts';
import type { Translation } from '../Translation.ts';

export const members: Translation<typeof english> = {
  members: {
    description: 'Ai làm việc cho {{partner}}, với vai trò nào. Vai trò ở đây có hiệu lực với mọi khách hàng.',
    notRead: 'Không hiện được các thành viên',
    more: 'Hiện thêm',
    you: 'bạn',
    serviceAccount: 'Tài khoản dịch vụ',
    federated: 'Đăng nhập qua liên kết danh tính',
    federatedText: 'Thành viên như vậy không được cấp vai trò trên tổ chức của khách hàng.',
    member: 'Thành viên',
    add: 'Thêm thành viên',
    addButton: 'Thêm',
    added: '{{id}} đã là thành viên.',
    exists: '{{id}} đã là thành viên từ trước. Hãy đóng hộp thoại này và đổi vai trò trong danh sách.',
    roles: 'Vai trò',
    rolesText: 'Bạn có thể cấp và thu hồi những vai trò nằm trong vai trò của bạn.',
    rolesRequired: 'Hãy chọn ít nhất một vai trò.',
    change: 'Đổi vai trò',
    changeNamed: 'Đổi vai trò của {{id}}',
    save: 'Lưu',
    changed: 'Đã đổi vai trò của {{id}}.',
    remove: 'Xóa',
    removeNamed: 'Xóa thành viên {{id}}',
    removeText: '{{id}} mất mọi vai trò trên tài khoản đối tác và không làm được gì ở đó nữa.',
    removeSelf: 'Đây là bạn: bạn sẽ không còn thấy khách hàng của đối tác này.',
    removed: '{{id}} không còn là thành viên.',
  },
};
