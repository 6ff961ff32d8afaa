/** The page on which a person sets up a second factor. */
export const secondFactor = {
  secondFactor: {
    title: 'Yếu tố thứ hai',
    text: 'Với yếu tố thứ hai, không ai đăng nhập được chỉ bằng mật khẩu của bạn: bạn nhập thêm mã từ ứng dụng xác thực. Người vận hành của {{brand}} và chủ sở hữu tài khoản đối tác cần có yếu tố này.',
    isSet: 'Bạn đã có yếu tố thứ hai.',
    notSet: 'Bạn chưa có yếu tố thứ hai.',
    setUp: 'Thiết lập',
    replace: 'Thiết lập ứng dụng khác',
    scan: 'Hãy quét hình này bằng ứng dụng xác thực trên điện thoại, hoặc nhập khóa vào ứng dụng.',
    picture: 'Khóa dưới dạng hình cho ứng dụng xác thực',
    key: 'Khóa',
    copy: 'Sao chép khóa',
    copied: 'Đã sao chép',
    notCopied: 'Không sao chép được',
    code: 'Mã từ ứng dụng',
    codeText: '6 chữ số',
    confirm: 'Xác nhận',
    wrongCode: 'Mã chưa đúng. Hãy nhập mã mới nhất từ ứng dụng. Đồng hồ của điện thoại phải đúng giờ.',
    done: 'Yếu tố thứ hai đã được thiết lập. Các phiên khác của bạn đã kết thúc. Hãy đăng nhập lại bằng mã từ ứng dụng.',
    end: 'Kết thúc mọi phiên',
    notEnded: 'Yếu tố thứ hai đã được thiết lập, nhưng các phiên khác của bạn chưa kết thúc',
    signInAgain: 'Đăng nhập lại',
    oldSignIn: 'Phiên đăng nhập này không thiết lập được yếu tố thứ hai. Hãy đăng nhập lại rồi thử lại.',
    elsewhere: 'Dịch vụ đăng nhập có trang riêng cho yếu tố thứ hai. Hãy thiết lập ở đó, rồi đăng nhập lại.',
    ofProvider:
      'Bạn đăng nhập qua nhà cung cấp danh tính của tổ chức mình. Yếu tố thứ hai được yêu cầu ở đó, bạn không thiết lập ở đây. Nếu bạn bị từ chối vì thiếu yếu tố này, hãy hỏi {{brand}}.',
  },
};
