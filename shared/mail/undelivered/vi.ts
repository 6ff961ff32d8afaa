import type { DeliveryCause } from '../../contract/vocabulary.ts';

/** Why a mail is late or was not delivered, in Vietnamese: for mails and for the pages. */
export const undelivered: Record<DeliveryCause, string> = {
  NO_MAILBOX: 'Hộp thư này không tồn tại.',
  NO_MAIL_DOMAIN: 'Tên miền của địa chỉ không nhận thư.',
  MAILBOX_DISABLED: 'Hộp thư đã bị vô hiệu hóa.',
  MAILBOX_FULL: 'Hộp thư đã đầy.',
  RECIPIENT_SERVER_REFUSES: 'Máy chủ thư của người nhận từ chối thư.',
  CAME_BACK_BEFORE: 'Thư gửi đến địa chỉ này đã từng bị trả lại.',
  CAME_BACK_OR_UNWANTED: 'Thư gửi đến địa chỉ này đã từng bị trả lại, hoặc chủ địa chỉ không muốn nhận thư.',
  NOT_DELIVERED: 'Thư đã bị trả lại.',
  REPORTED_AS_UNWANTED: 'Người nhận đã báo thư là thư rác.',
  TAKEN_FOR_SPAM: 'Máy chủ thư của người nhận coi thư là thư rác. Hệ thống tự động gửi lại.',
  RECIPIENT_SERVER_PROBLEM: 'Máy chủ thư của người nhận gặp sự cố. Hệ thống tự động gửi lại.',
  NOT_TAKEN_YET: 'Máy chủ thư của người nhận chưa nhận thư. Hệ thống tự động gửi lại.',
  SERVICE_REFUSED_CONTENT: 'Dịch vụ thư từ chối chuyển thư. Có thể nội dung thư bị coi là đáng ngờ.',
  SERVICE_REFUSED_ADDRESS: 'Dịch vụ thư không nhận thư. Hãy kiểm tra địa chỉ.',
  SERVICE_NOT_REACHED: 'Dịch vụ thư không phản hồi.',
  INVITATIONS_DECLINED: 'Người nhận không muốn nhận lời mời từ đối tác.',
};
