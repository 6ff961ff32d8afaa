import type { myClouds as english } from '../en/myClouds.ts';
import type { Translation } from '../Translation.ts';

export const myClouds: Translation<typeof english> = {
  myClouds: {
    description: 'Các đám mây trong tài khoản của bạn: ai thanh toán và ai được làm gì',
    notRead: 'Không hiện được các đám mây của bạn',
    none: 'Bạn không có đám mây nào',
    noneText:
      'Tài khoản {{email}} không có đám mây nào. Nếu đám mây của bạn thuộc tài khoản khác, hãy đăng xuất rồi đăng nhập bằng tài khoản đó.',
    more: 'Hiện thêm',
    billedToYou: 'Bạn tự thanh toán',
    billedTo: 'Tính phí vào tài khoản phụ của {{customer}}',
    nobody: 'Không ai khác có vai trò trên đám mây này.',
    whoOn: 'Ai có vai trò trên {{name}}',
    since: 'từ {{date}}',
    until: 'đến {{date}}',
    types: { PARTNER: 'Đối tác', SERVICE_ACCOUNT: 'Tài khoản dịch vụ' },
    roles: { owner: 'Chủ sở hữu: có thể liên kết đám mây', member: 'Thành viên' },
    grant: 'Cấp vai trò',
    grantNamed: 'Cấp vai trò trên {{name}}',
    partnerText: 'Những nhân viên mà vai trò của họ cho phép liên kết đám mây',
    lastDay: 'Ngày cuối (không bắt buộc)',
    lastDayText: 'Vai trò hết hiệu lực khi ngày này kết thúc. Nếu để trống, vai trò được giữ đến khi bạn thu hồi.',
    lastDayForm: 'Năm, tháng và ngày, ví dụ 2026-12-31',
    lastDayInvalid: 'Hãy nhập ngày hôm nay hoặc một ngày sau đó, ví dụ 2026-12-31.',
    granted: 'Đã cấp vai trò trên {{name}}.',
    revoked: 'Đã thu hồi vai trò trên {{name}}.',
    revokeText:
      '{{subject}} mất ngay vai trò “{{role}}” trên {{name}}. Nếu đã được liên kết, đám mây vẫn được liên kết cho đến khi bạn hủy liên kết.',
    link: 'Liên kết',
    linkNamed: 'Liên kết {{name}}',
    subaccount: 'Tài khoản phụ',
    unlinked: 'Đã hủy liên kết đám mây {{name}}: từ nay bạn tự thanh toán.',
    unlinkText:
      'Đám mây vẫn giữ nguyên, nhưng từ nay bạn tự thanh toán. Người có vai trò chủ sở hữu trên đám mây này có thể liên kết lại: hãy thu hồi vai trò để ngăn điều đó.',
  },
};
