import type { imports as english } from '../en/imports.ts';
import type { Translation } from '../Translation.ts';

export const imports: Translation<typeof english> = {
  imports: {
    title: 'Lượt nhập',
    description: 'Các tệp bạn đã nhập trong trình duyệt này. Chúng được lưu tại đây cho đến khi bạn đăng xuất.',
    none: 'Chưa có lượt nhập nào',
    noneText: 'Khi bạn tải lên một tệp khách hàng, tiến độ và kết quả sẽ hiện ở đây.',
    columns: { file: 'Tệp', state: 'Trạng thái', numbers: 'Kết quả', begun: 'Bắt đầu', remove: 'Xóa' },
    rows_other: '{{count, number}} dòng.',
    numbers: {
      all: 'Tổng số dòng',
      waiting: 'Đang chờ',
      registered: 'Đã thêm',
      before: 'Đã thêm trước đó',
      refused: 'Bị từ chối',
      toCorrect: 'Cần sửa',
      leftOut: 'Đã bỏ qua',
    },
    summary:
      'Đã thêm: {{registered, number}}. Đã thêm trước đó: {{before, number}}. Bị từ chối: {{refused, number}}. Cần sửa: {{toCorrect, number}}.',
    states: {
      running: 'Đang thêm khách hàng',
      queued: 'Chờ nhập xong “{{file}}”',
      network: 'Không có kết nối. Việc nhập sẽ tiếp tục ngay khi có kết nối',
      service: 'Dịch vụ đang bận. Việc nhập sẽ sớm tiếp tục',
      signIn: 'Phiên đăng nhập đã kết thúc. Hãy đăng nhập để việc nhập tiếp tục',
      stopped: 'Đã dừng',
      limit: 'Đã hết hạn mức trong ngày. Hãy tiếp tục sau {{time}}',
      problem: 'Việc nhập đã bị dừng',
      done: 'Hoàn tất',
      toCorrect_other: 'Còn {{count, number}} dòng cần bạn xử lý',
    },
    begun: 'Bắt đầu lúc {{time}}',
    progress: 'Tiến độ',
    goesOn: 'Bạn có thể mở các trang khác. Việc nhập vẫn tiếp tục khi còn một thẻ của cổng đối tác đang mở.',
    stop: 'Dừng',
    goOn: 'Tiếp tục',
    signIn: 'Đăng nhập',
    remove: 'Xóa khỏi danh sách',
    removeFile: 'Xóa “{{file}}” khỏi danh sách',
    removeTitle: 'Xóa “{{file}}” khỏi danh sách?',
    removeText_other: '{{count, number}} dòng chưa được thêm và sẽ bị mất. Các khách hàng đã thêm vẫn giữ nguyên.',
    removeStopped: 'Nếu yêu cầu cuối vẫn đang được xử lý, một số dòng vẫn có thể được thêm.',
    sendAgain_other: 'Gửi lại {{count, number}} dòng bị từ chối',
    addCorrected_other: 'Thêm {{count, number}} dòng đã sửa',
    leaveOut: 'Bỏ qua các dòng này',
    leaveOutTitle_other: 'Bỏ qua {{count, number}} dòng?',
    leaveOutText:
      'Các khách hàng này không được thêm và các dòng này sẽ bị xóa. Các khách hàng đã thêm vẫn giữ nguyên.',
    signOutTitle: 'Đăng xuất và xóa các lượt nhập?',
    signOutText_other:
      '{{count, number}} dòng trong các lượt nhập của bạn chưa được thêm. Khi đăng xuất, chúng sẽ bị xóa khỏi trình duyệt này.',
    gone: 'Không có lượt nhập này ở đây',
    goneText:
      'Lượt nhập được bắt đầu trong trình duyệt khác hoặc đã bị xóa. Các khách hàng đã thêm có trong danh sách khách hàng.',
    toList: 'Đến danh sách lượt nhập',
    notKept:
      'Chưa bắt đầu nhập: trình duyệt không lưu được lượt nhập. Hãy giải phóng bộ nhớ hoặc cho phép trang này lưu dữ liệu rồi thử lại. Hoặc thêm khách hàng bằng biểu mẫu.',
    notStored:
      'Hiện trình duyệt không lưu được lượt nhập. Hãy giải phóng bộ nhớ trên thiết bị, việc nhập sẽ tự động tiếp tục.',
  },
};
