/**
 * What the page says, in each language of the program. Names stand in braces and are put in by `invite.js`; sentences are
 * built so that they need no inflection.
 *
 * @typedef {{ title: string, text: string[] }} Message A page: its heading, its paragraphs.
 * @typedef {Record<'open' | 'sure' | 'blocked' | 'noToken' | 'notEligible' | 'ofPartner' | 'linkInvalid' | 'oldBrowser' | 'offline' | 'busy' | 'APPROVAL_REQUIRED' | 'ACTIVE' |
 *   'SUSPENDED' | 'DECLINED' | 'REJECTED' | 'EXPIRED', Message>} Pages
 * @typedef {{
 *   pages: Pages,
 *   reasons: Record<string, string>,
 *   labels: { partner: string, customer: string, customerText: string, email: string, until: string, noMore: string, language: string },
 *   wrongName: { empty: string, tooLong: string, refused: string },
 *   meaning: { title: string, points: Record<'serves' | 'organization' | 'approved' | 'staff', string>, note: string },
 *   buttons: { accept: string, decline: string, sure: string, back: string, retry: string, signIn: string, signInAndConfirm: string,
 *     signInToRead: string, toClouds: string, allow: string },
 *   progress: { preview: string, accept: string, decline: string, allow: string, wait: string },
 *   allowed: string,
 *   dataBlocked: string,
 * }} Messages
 */

/** Each language by its own name. @type {Record<string, string>} */
export const LANGUAGE_NAMES = { en: 'English', ru: 'Русский', vi: 'Tiếng Việt' };

/** @type {Record<string, Messages>} */
export const MESSAGES = {
  en: {
    pages: {
      open: {
        title: '{partner} invites you to {brand}',
        text: ['{partner} offers to serve {customer} in {brand}. Read what this means, then confirm or decline.'],
      },
      sure: {
        title: 'Decline the invitation?',
        text: [
          '{partner} will not serve {customer} then. You cannot undo this: {partner} would have to invite you again.',
        ],
      },
      APPROVAL_REQUIRED: {
        title: 'You have confirmed. Approval is pending',
        text: [
          '{brand} now has to approve {customer}.',
          'You don’t need to do anything. You will get an email as soon as there is a decision.',
          'After an approval, sign in to create a cloud, or to link one that you have already. Until then, your existing clouds are billed to you directly.',
        ],
      },
      ACTIVE: {
        title: 'You have confirmed',
        text: [
          '{partner} now serves {customer} in {brand}. The organization “{organization}” has been created.',
          'Next, sign in with the email address that was invited. Create a cloud, or link one that you have already.',
          'An existing cloud that is not linked is billed to you directly, not to {partner}.',
        ],
      },
      SUSPENDED: {
        title: 'The services are suspended',
        text: ['{partner} has suspended the services for {customer} in {brand}. Ask {partner} how to resume them.'],
      },
      DECLINED: {
        title: 'The invitation was declined',
        text: [
          'Nothing has been created for {customer}, and {partner} has no rights there.',
          'If this was a mistake, ask {partner} to invite you again.',
        ],
      },
      blocked: {
        title: 'No invitations from {partner} for now',
        text: [
          'You have declined the invitation. Nothing has been created for {customer}, and {partner} has no rights there.',
          '{partner} cannot invite you again until {until}. If you want to be invited earlier, allow it here.',
        ],
      },
      REJECTED: {
        title: 'The customer was not approved',
        text: ['{brand} has not approved {customer} as a customer of {partner}. Ask {partner} what you can do.'],
      },
      EXPIRED: {
        title: 'The invitation has expired',
        text: [
          'It was not completed in time, so nothing has been created for {customer}.',
          'If you still want it, ask {partner} to invite you again.',
        ],
      },
      notEligible: {
        title: 'At present, the account is not eligible',
        text: [
          '{partner} cannot serve {customer} in {brand} yet: the account does not meet the rules of the partner program.',
          'Nothing has been confirmed. Ask {brand} about the reasons listed here, then try again. The invitation stays open until its deadline.',
        ],
      },
      ofPartner: {
        title: 'Only the customer can answer',
        text: [
          'The invited address belongs or belonged to {partner}. A partner cannot confirm or decline for its customer, so nothing has changed.',
          'If you are with {partner}, sign in to the portal and replace the email address of {customer} with the customer’s own. If not, ask {partner} to invite you under another address.',
        ],
      },
      linkInvalid: {
        title: 'This link does not work',
        text: [
          'It may be incomplete, or a newer email has replaced it.',
          'Open the link in the newest email, or sign in with the email address that was invited. If neither helps, ask the partner who invited you to send the email again.',
        ],
      },
      noToken: {
        title: 'Sign in to confirm the invitation',
        text: [
          'The partner who sent you this link invites you to become its customer. If you confirm, the partner serves you and is billed for your cloud resources. An organization is created for you, and the staff of the partner also get rights in it.',
          'This link does not show who you are: it was copied, or a part of it was lost on the way. Sign in with the email address that was invited. You can also sign in to read the invitation first, and confirm or decline there.',
          'Or open the invitation email and use the link there, which works without signing in. If you cannot find the email, look in the spam folder, or ask the partner who invited you to send it again.',
        ],
      },
      oldBrowser: {
        title: 'This browser is too old',
        text: [
          'This page needs something that this browser does not have. Update the browser, or open the link from the email in another browser or on another device.',
        ],
      },
      offline: {
        title: 'No connection',
        text: ['Check your connection and try again. You will then see how the invitation stands.'],
      },
      busy: {
        title: 'The service is busy',
        text: ['Try again in a moment. You will then see how the invitation stands.'],
      },
    },
    reasons: {
      ACCOUNT_NOT_REGISTERED: 'No registered account has the invited email address.',
      ACCOUNT_HAS_CREDIT_BALANCE: 'The account has a credit balance.',
      ACCOUNT_USES_SERVICES: 'The account is already using services.',
      ACCOUNT_HAS_DISCOUNTS: 'The account is offered discounts.',
      ACCOUNT_USES_POC: 'The account is using a POC service.',
      ACCOUNT_NOT_PREPAID: 'The account is not prepaid.',
    },
    labels: {
      partner: 'Invited by',
      customer: 'Name of the customer',
      customerText: '{partner} has written this name. Correct it if it is wrong: your organization is named after it.',
      email: 'Invited email',
      until: 'Confirm by',
      noMore: 'I want no more invitations from {partner} for 30 days',
      language: 'Language',
    },
    wrongName: {
      empty: 'Enter the name.',
      tooLong: 'This name is too long. Enter a shorter one.',
      refused: 'This name cannot be used. Enter it without web addresses, email addresses or invisible characters.',
    },
    allowed: 'Invitations from {partner} are allowed again.',
    dataBlocked:
      'This browser does not keep data for this site. To sign in, allow cookies and site data for this site, or open the link in another browser.',
    meaning: {
      title: 'If you confirm',
      points: {
        serves: '{partner} serves you in {brand} and is billed for your cloud resources.',
        organization: 'An organization is created for you, and you become its administrator.',
        approved:
          'An organization is created for you, after {brand} has approved if that is needed. You become its administrator.',
        staff: 'The staff of {partner} also get rights in this organization.',
      },
      note: 'Nothing happens until you press a button. If you do not know {partner} or did not expect this email, decline, or just close the page.',
    },
    buttons: {
      accept: 'Confirm',
      decline: 'Decline',
      sure: 'Yes, decline',
      back: 'Go back',
      retry: 'Try again',
      signIn: 'Sign in',
      signInAndConfirm: 'Sign in and confirm',
      signInToRead: 'Sign in to read it first',
      toClouds: 'Sign in to create or link a cloud',
      allow: 'Allow invitations again',
    },
    progress: {
      preview: 'Loading the invitation…',
      accept: 'Confirming…',
      decline: 'Declining…',
      allow: 'Allowing invitations…',
      wait: 'You can try again in {seconds} s.',
    },
  },
  ru: {
    pages: {
      open: {
        title: 'Партнёр {partner} приглашает вас в {brand}',
        text: [
          'Партнёр {partner} предлагает обслуживать клиента {customer} в {brand}. Прочитайте, что это значит, и подтвердите или отклоните приглашение.',
        ],
      },
      sure: {
        title: 'Отклонить приглашение?',
        text: [
          'Партнёр {partner} не будет обслуживать клиента {customer}. Отменить это нельзя: партнёру придётся пригласить вас снова.',
        ],
      },
      APPROVAL_REQUIRED: {
        title: 'Вы подтвердили приглашение. Ожидается одобрение',
        text: [
          'Теперь клиента {customer} должен одобрить провайдер {brand}.',
          'Пока от вас ничего не требуется. Как только решение будет принято, вам придёт письмо.',
          'После одобрения войдите, чтобы создать облако или привязать то, которое у вас уже есть. До этого за свои облака вы платите сами.',
        ],
      },
      ACTIVE: {
        title: 'Вы подтвердили приглашение',
        text: [
          'Теперь партнёр {partner} обслуживает клиента {customer} в {brand}. Создана организация «{organization}».',
          'Теперь войдите с адресом эл. почты, на который пришло приглашение. Создайте облако или привяжите то, которое у вас уже есть.',
          'За облако, которое не привязано, платите вы сами, а не партнёр {partner}.',
        ],
      },
      SUSPENDED: {
        title: 'Обслуживание приостановлено',
        text: [
          'Партнёр {partner} приостановил обслуживание клиента {customer} в {brand}. Узнайте у партнёра, как его возобновить.',
        ],
      },
      DECLINED: {
        title: 'Приглашение отклонено',
        text: [
          'Для клиента {customer} ничего не создано, у партнёра {partner} нет никаких прав.',
          'Если это ошибка, попросите партнёра {partner} пригласить вас снова.',
        ],
      },
      blocked: {
        title: 'Приглашений от партнёра {partner} пока не будет',
        text: [
          'Вы отклонили приглашение. Для клиента {customer} ничего не создано, у партнёра {partner} нет никаких прав.',
          'Партнёр {partner} сможет снова пригласить вас после этого срока: {until}. Если хотите получить приглашение раньше, разрешите это здесь.',
        ],
      },
      REJECTED: {
        title: 'Клиент не одобрен',
        text: [
          'Провайдер {brand} не одобрил клиента {customer} партнёра {partner}. Узнайте у партнёра, что можно сделать.',
        ],
      },
      EXPIRED: {
        title: 'Срок приглашения истёк',
        text: [
          'Оформление не было завершено вовремя, поэтому для клиента {customer} ничего не создано.',
          'Если вам это ещё нужно, попросите партнёра {partner} пригласить вас снова.',
        ],
      },
      notEligible: {
        title: 'Сейчас аккаунт не соответствует условиям',
        text: [
          'Партнёр {partner} пока не может обслуживать клиента {customer} в {brand}: аккаунт не соответствует условиям партнёрской программы.',
          'Приглашение не подтверждено. Узнайте у провайдера {brand}, как устранить указанные причины, и попробуйте ещё раз. Приглашение действует до указанного срока.',
        ],
      },
      ofPartner: {
        title: 'Ответить может только клиент',
        text: [
          'Приглашение пришло на адрес, который относится или раньше относился к самому партнёру {partner}. Партнёр не может ответить за своего клиента, поэтому ничего не изменилось.',
          'Если вы сотрудник партнёра {partner}, войдите в портал и укажите для клиента {customer} его собственный адрес эл. почты. Если нет, попросите партнёра {partner} отправить приглашение на другой ваш адрес.',
        ],
      },
      linkInvalid: {
        title: 'Ссылка не работает',
        text: [
          'Возможно, она неполная или пришло более новое письмо с другой ссылкой.',
          'Откройте ссылку из самого нового письма или войдите с адресом эл. почты, на который пришло приглашение. Если это не поможет, попросите партнёра, который вас пригласил, отправить письмо ещё раз.',
        ],
      },
      noToken: {
        title: 'Войдите, чтобы подтвердить приглашение',
        text: [
          'Партнёр, который прислал вам эту ссылку, приглашает вас стать его клиентом. Если вы подтвердите, партнёр будет обслуживать вас и получать счета за ваши облачные ресурсы. Для вас будет создана организация, и сотрудники партнёра тоже получат в ней права.',
          'Эта ссылка не подтверждает, кто вы: её скопировали, или часть её потерялась в пути. Войдите с адресом эл. почты, на который пришло приглашение. Можно также войти, чтобы сначала прочитать приглашение, а потом подтвердить или отклонить его.',
          'Или откройте письмо с приглашением и перейдите по ссылке в нём: она работает без входа. Если письма нет, проверьте папку «Спам» или попросите партнёра, который вас пригласил, отправить его ещё раз.',
        ],
      },
      oldBrowser: {
        title: 'Браузер устарел',
        text: [
          'Этот браузер не поддерживает возможности, которые нужны странице. Обновите браузер или откройте ссылку из письма в другом браузере или на другом устройстве.',
        ],
      },
      offline: {
        title: 'Нет соединения',
        text: ['Проверьте соединение и попробуйте ещё раз. После этого вы увидите статус приглашения.'],
      },
      busy: {
        title: 'Сервис занят',
        text: ['Попробуйте ещё раз немного позже. После этого вы увидите статус приглашения.'],
      },
    },
    reasons: {
      ACCOUNT_NOT_REGISTERED: 'Нет зарегистрированного аккаунта с адресом, на который пришло приглашение.',
      ACCOUNT_HAS_CREDIT_BALANCE: 'На балансе аккаунта есть средства.',
      ACCOUNT_USES_SERVICES: 'Аккаунт уже пользуется сервисами.',
      ACCOUNT_HAS_DISCOUNTS: 'Аккаунту предоставлены скидки.',
      ACCOUNT_USES_POC: 'Аккаунт участвует в тестировании (POC).',
      ACCOUNT_NOT_PREPAID: 'Аккаунт работает не по предоплате.',
    },
    labels: {
      partner: 'Кто приглашает',
      customer: 'Название клиента',
      customerText:
        'Это название указал партнёр {partner}. Если в нём ошибка, исправьте его: так будет названа ваша организация.',
      email: 'Адрес приглашения',
      until: 'Подтвердить до',
      noMore: 'Я не хочу получать приглашения от партнёра {partner} в течение 30 дней',
      language: 'Язык',
    },
    wrongName: {
      empty: 'Введите название.',
      tooLong: 'Название слишком длинное. Введите название короче.',
      refused:
        'Такое название использовать нельзя. Уберите из него адреса сайтов, адреса эл. почты и невидимые символы.',
    },
    allowed: 'Приглашения от партнёра {partner} снова разрешены.',
    dataBlocked:
      'Этот браузер не сохраняет данные сайта. Чтобы войти, разрешите для этого сайта файлы cookie и данные сайтов или откройте ссылку в другом браузере.',
    meaning: {
      title: 'Если вы подтвердите',
      points: {
        serves: 'Партнёр {partner} будет обслуживать вас в {brand} и получать счета за ваши облачные ресурсы.',
        organization: 'Для вас будет создана организация, и вы станете её администратором.',
        approved:
          'Для вас будет создана организация — после одобрения провайдером {brand}, если оно требуется. Вы станете её администратором.',
        staff: 'Сотрудники партнёра {partner} тоже получат права в этой организации.',
      },
      note: 'Пока вы не нажмёте кнопку, ничего не произойдёт. Если вы не знаете партнёра {partner} или не ждали этого письма, отклоните приглашение или просто закройте страницу.',
    },
    buttons: {
      accept: 'Подтвердить',
      decline: 'Отклонить',
      sure: 'Да, отклонить',
      back: 'Назад',
      retry: 'Попробовать ещё раз',
      signIn: 'Войти',
      signInAndConfirm: 'Войти и подтвердить',
      signInToRead: 'Войти и сначала прочитать',
      toClouds: 'Войти, чтобы создать или привязать облако',
      allow: 'Снова разрешить приглашения',
    },
    progress: {
      preview: 'Загружаем приглашение…',
      accept: 'Подтверждаем…',
      decline: 'Отклоняем…',
      allow: 'Разрешаем приглашения…',
      wait: 'Попробовать ещё раз можно через {seconds} с.',
    },
  },
  vi: {
    pages: {
      open: {
        title: '{partner} mời bạn sử dụng {brand}',
        text: [
          '{partner} đề nghị phục vụ {customer} trên {brand}. Hãy đọc kỹ nội dung dưới đây, sau đó xác nhận hoặc từ chối.',
        ],
      },
      sure: {
        title: 'Từ chối lời mời?',
        text: ['{partner} sẽ không phục vụ {customer}. Bạn không thể hoàn tác: {partner} sẽ phải mời lại bạn.'],
      },
      APPROVAL_REQUIRED: {
        title: 'Bạn đã xác nhận. Đang chờ phê duyệt',
        text: [
          '{brand} cần phê duyệt {customer}.',
          'Hiện bạn chưa cần làm gì. Bạn sẽ nhận được email ngay khi có quyết định.',
          'Sau khi được phê duyệt, hãy đăng nhập để tạo đám mây hoặc liên kết đám mây mà bạn đã có. Cho đến lúc đó, bạn tự thanh toán cho các đám mây hiện có.',
        ],
      },
      ACTIVE: {
        title: 'Bạn đã xác nhận',
        text: [
          '{partner} hiện phục vụ {customer} trên {brand}. Tổ chức “{organization}” đã được tạo.',
          'Tiếp theo, hãy đăng nhập bằng địa chỉ email đã được mời. Hãy tạo đám mây, hoặc liên kết đám mây mà bạn đã có.',
          'Đám mây đã có nhưng chưa liên kết thì bạn tự thanh toán, không phải {partner}.',
        ],
      },
      SUSPENDED: {
        title: 'Dịch vụ đang tạm ngừng',
        text: ['{partner} đã tạm ngừng dịch vụ cho {customer} trên {brand}. Hãy hỏi {partner} cách khôi phục dịch vụ.'],
      },
      DECLINED: {
        title: 'Lời mời đã bị từ chối',
        text: [
          'Chưa có gì được tạo cho {customer} và {partner} không có quyền nào.',
          'Nếu đây là nhầm lẫn, hãy đề nghị {partner} mời lại bạn.',
        ],
      },
      blocked: {
        title: 'Tạm thời bạn không nhận lời mời từ {partner}',
        text: [
          'Bạn đã từ chối lời mời. Chưa có gì được tạo cho {customer} và {partner} không có quyền nào.',
          'Trước {until}, {partner} không thể mời lại bạn. Nếu bạn muốn được mời sớm hơn, hãy cho phép tại đây.',
        ],
      },
      REJECTED: {
        title: 'Khách hàng không được phê duyệt',
        text: [
          '{brand} không phê duyệt {customer} là khách hàng của {partner}. Hãy hỏi {partner} xem bạn có thể làm gì.',
        ],
      },
      EXPIRED: {
        title: 'Lời mời đã hết hạn',
        text: [
          'Lời mời không được hoàn tất đúng hạn, vì vậy chưa có gì được tạo cho {customer}.',
          'Nếu bạn vẫn muốn, hãy đề nghị {partner} mời lại bạn.',
        ],
      },
      notEligible: {
        title: 'Hiện tại tài khoản chưa đủ điều kiện',
        text: [
          '{partner} chưa thể phục vụ {customer} trên {brand}: tài khoản chưa đáp ứng các điều kiện của chương trình đối tác.',
          'Chưa có gì được xác nhận. Hãy hỏi {brand} về những lý do nêu ở đây rồi thử lại. Lời mời vẫn có hiệu lực cho đến hạn xác nhận.',
        ],
      },
      ofPartner: {
        title: 'Chỉ khách hàng mới trả lời được',
        text: [
          'Địa chỉ được mời thuộc hoặc từng thuộc về {partner}. Đối tác không thể trả lời thay khách hàng, vì vậy chưa có gì thay đổi.',
          'Nếu bạn là nhân viên của {partner}, hãy đăng nhập vào cổng đối tác và đổi email của {customer} thành địa chỉ của chính khách hàng. Nếu không, hãy đề nghị {partner} mời bạn qua địa chỉ khác.',
        ],
      },
      linkInvalid: {
        title: 'Liên kết này không dùng được',
        text: [
          'Liên kết có thể bị thiếu ký tự hoặc đã được thay bằng email mới hơn.',
          'Hãy mở liên kết trong email mới nhất hoặc đăng nhập bằng địa chỉ email được mời. Nếu vẫn không được, hãy đề nghị đối tác đã mời bạn gửi lại email.',
        ],
      },
      noToken: {
        title: 'Đăng nhập để xác nhận lời mời',
        text: [
          'Đối tác đã gửi cho bạn liên kết này mời bạn trở thành khách hàng của họ. Nếu bạn xác nhận, đối tác sẽ phục vụ bạn và thanh toán cho các tài nguyên đám mây của bạn. Một tổ chức được tạo cho bạn, và nhân viên của đối tác cũng được cấp quyền trong tổ chức đó.',
          'Liên kết này không cho biết bạn là ai: liên kết đã được sao chép, hoặc một phần đã bị mất khi gửi. Hãy đăng nhập bằng địa chỉ email được mời. Bạn cũng có thể đăng nhập để đọc lời mời trước, rồi xác nhận hoặc từ chối.',
          'Hoặc mở thư mời và dùng liên kết trong thư: liên kết đó không cần đăng nhập. Nếu không tìm thấy thư, hãy kiểm tra thư mục Thư rác hoặc đề nghị đối tác đã mời bạn gửi lại.',
        ],
      },
      oldBrowser: {
        title: 'Trình duyệt này quá cũ',
        text: [
          'Trang này cần tính năng mà trình duyệt này không có. Hãy cập nhật trình duyệt, hoặc mở liên kết trong email bằng trình duyệt khác hay trên thiết bị khác.',
        ],
      },
      offline: {
        title: 'Không có kết nối',
        text: ['Hãy kiểm tra kết nối rồi thử lại. Bạn sẽ thấy trạng thái hiện tại của lời mời.'],
      },
      busy: {
        title: 'Dịch vụ đang bận',
        text: ['Hãy thử lại sau giây lát. Bạn sẽ thấy trạng thái hiện tại của lời mời.'],
      },
    },
    reasons: {
      ACCOUNT_NOT_REGISTERED: 'Không có tài khoản đã đăng ký với địa chỉ email được mời.',
      ACCOUNT_HAS_CREDIT_BALANCE: 'Tài khoản có số dư tín dụng.',
      ACCOUNT_USES_SERVICES: 'Tài khoản đang sử dụng dịch vụ.',
      ACCOUNT_HAS_DISCOUNTS: 'Tài khoản đang được hưởng chiết khấu.',
      ACCOUNT_USES_POC: 'Tài khoản đang sử dụng dịch vụ POC.',
      ACCOUNT_NOT_PREPAID: 'Tài khoản không phải trả trước.',
    },
    labels: {
      partner: 'Bên mời',
      customer: 'Tên khách hàng',
      customerText: '{partner} đã nhập tên này. Nếu tên chưa đúng, hãy sửa lại: tổ chức của bạn sẽ mang tên này.',
      email: 'Email được mời',
      until: 'Hạn xác nhận',
      noMore: 'Tôi không muốn nhận thêm lời mời từ {partner} trong 30 ngày',
      language: 'Ngôn ngữ',
    },
    wrongName: {
      empty: 'Hãy nhập tên.',
      tooLong: 'Tên này quá dài. Hãy nhập tên ngắn hơn.',
      refused: 'Không dùng được tên này. Hãy nhập tên không có địa chỉ web, địa chỉ email hay ký tự vô hình.',
    },
    allowed: 'Đã cho phép {partner} mời lại bạn.',
    dataBlocked:
      'Trình duyệt này không lưu dữ liệu của trang web. Để đăng nhập, hãy cho phép cookie và dữ liệu của trang web này, hoặc mở liên kết bằng trình duyệt khác.',
    meaning: {
      title: 'Nếu bạn xác nhận',
      points: {
        serves: '{partner} phục vụ bạn trên {brand} và thanh toán cho các tài nguyên đám mây của bạn.',
        organization: 'Một tổ chức được tạo cho bạn, và bạn trở thành quản trị viên của tổ chức đó.',
        approved:
          'Một tổ chức được tạo cho bạn, sau khi {brand} phê duyệt nếu cần. Bạn trở thành quản trị viên của tổ chức đó.',
        staff: 'Nhân viên của {partner} cũng được cấp quyền trong tổ chức này.',
      },
      note: 'Không có gì thay đổi cho đến khi bạn nhấn nút. Nếu bạn không biết {partner} hoặc không chờ email này, hãy từ chối hoặc chỉ cần đóng trang.',
    },
    buttons: {
      accept: 'Xác nhận',
      decline: 'Từ chối',
      sure: 'Có, từ chối',
      back: 'Quay lại',
      retry: 'Thử lại',
      signIn: 'Đăng nhập',
      signInAndConfirm: 'Đăng nhập và xác nhận',
      signInToRead: 'Đăng nhập để đọc trước',
      toClouds: 'Đăng nhập để tạo hoặc liên kết đám mây',
      allow: 'Cho phép mời lại',
    },
    progress: {
      preview: 'Đang tải lời mời…',
      accept: 'Đang xác nhận…',
      decline: 'Đang từ chối…',
      allow: 'Đang cho phép mời lại…',
      wait: 'Bạn có thể thử lại sau {seconds} giây.',
    },
  },
};
