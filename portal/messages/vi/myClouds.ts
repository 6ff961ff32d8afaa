import type { myClouds as english } from '../en/myClouds.ts';
import type { Translation } from '../Translation.ts';

export const myClouds: Translation<typeof english> = {
  myClouds: {
    description: 'Các đám mây trong tài khoản của bạn: ai thanh toán và ai được làm gì',
    notRead: 'Không hiển thị được các đám mây của bạn',
    none: 'Bạn không có đám mây nào',
    noneText:
      'Tài khoản {{email}} không có đám mây nào. Nếu đám mây của bạn thuộc tài khoản khác, hãy đăng xuất rồi đăng nhập bằng tài khoản đó.',
    more: 'Xem thêm',
    billedToYou: 'Bạn tự thanh toán',
    billedTo: 'Tính phí vào tài khoản phụ của {{customer}}',
    billedToAccount: 'Tính phí vào tài khoản thanh toán {{id}}',
    nobody: 'Không ai khác có vai trò trên đám mây này.',
    whoOn: 'Những ai có vai trò trên {{name}}',
    since: 'từ {{date}}',
    until: 'đến {{time}}',
    untilEndOf: 'đến hết ngày {{date}}',
    types: { PARTNER: 'Đối tác', SERVICE_ACCOUNT: 'Tài khoản dịch vụ' },
    roles: { owner: 'Chủ sở hữu', member: 'Thành viên' },
    ownerText: 'Có thể liên kết đám mây',
    grant: 'Cấp vai trò',
    grantNamed: 'Cấp vai trò trên {{name}}',
    partnerText: 'Các thành viên có vai trò cho phép liên kết đám mây',
    choosePartner: 'Chọn đối tác',
    holder: 'Đám mây này là của bạn: bạn có mọi vai trò trên đó.',
    lastDay: 'Ngày cuối (không bắt buộc)',
    lastDayText: 'Vai trò hết hiệu lực khi ngày này kết thúc. Nếu để trống, vai trò được giữ đến khi bạn thu hồi.',
    lastDayForm: 'Năm, tháng và ngày, ví dụ {{example}}',
    lastDayInvalid: 'Hãy nhập ngày hôm nay hoặc một ngày sau đó, ví dụ {{example}}.',
    granted: 'Đã cấp vai trò trên {{name}}.',
    revoked: 'Đã thu hồi vai trò trên {{name}}.',
    revokeText:
      '{{subject}} mất ngay vai trò “{{role}}” trên {{name}}. Nếu đã được liên kết, đám mây vẫn được liên kết cho đến khi bạn gỡ liên kết.',
    link: 'Liên kết',
    linkNamed: 'Liên kết {{name}}',
    subaccount: 'Tài khoản phụ',
    unlinked: 'Đã gỡ liên kết đám mây {{name}}: từ nay bạn tự thanh toán.',
    unlinkText:
      'Đám mây vẫn giữ nguyên, nhưng từ nay bạn tự thanh toán. Người có vai trò chủ sở hữu trên đám mây này có thể liên kết lại: để tránh việc đó, hãy thu hồi vai trò.',
  },
};
