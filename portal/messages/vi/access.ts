import type { access as english } from '../en/access.ts';
import type { Translation } from '../Translation.ts';

export const access: Translation<typeof english> = {
  access: {
    title: 'Quyền truy cập',
    text: 'Những ai có vai trò trên tài khoản phụ và trên tổ chức của tài khoản đó. Thành viên của đối tác còn có quyền theo vai trò của họ trên tài khoản đối tác.',
    notRead: 'Không hiển thị được đầy đủ các vai trò',
    on: {
      SUBACCOUNT: '{{role}} của tài khoản phụ',
      ORGANIZATION: '{{role}} của tổ chức',
    },
    serviceAccount: 'Tài khoản dịch vụ',
    person: 'Người dùng',
    grant: 'Cấp vai trò',
    grantButton: 'Cấp',
    whom: 'Người được cấp',
    email: 'Email',
    emailInvalid: 'Đây không phải là địa chỉ email.',
    clientId: 'Mã tài khoản dịch vụ (client id)',
    clientIdInvalid: 'Đây không phải là mã tài khoản dịch vụ.',
    role: 'Vai trò',
    chooseRole: 'Chọn vai trò',
    revoke: 'Thu hồi',
    revokeNamed: 'Thu hồi vai trò {{role}} của {{subject}}',
    revokeTitle: 'Thu hồi vai trò',
    revokeText: '{{subject}} sẽ mất vai trò {{role}} trên tài khoản phụ này.',
  },
};
