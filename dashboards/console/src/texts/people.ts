import type { AuditKind } from '../../../../contracts/people-api.ts'
import type { Role } from '../../../../contracts/roles.ts'
import type { Entry, Texts } from './entry.ts'

/** Signing in, and the people of the plant. */
export const PEOPLE_TEXTS = {
  signInTitle: { en: 'Sign in', zh: '登录' },
  signIn: { en: 'Sign in', zh: '登录' },
  signingIn: { en: 'Signing in …', zh: '正在登录……' },
  signInWith: { en: 'Sign in with {label}', zh: '使用 {label} 登录' },
  linked: { en: 'single sign-on', zh: '单点登录' },
  unlink: { en: 'Unlink from the provider', zh: '解除单点登录绑定' },
  unlinkHint: {
    en: 'The next account of this name is taken for them: make sure first whose it is. They are signed out.',
    zh: '下一个使用此用户名的账户将视为本人，请先核实其身份。此人将被退出。',
  },
  userName: { en: 'Name', zh: '用户名' },
  password: { en: 'Password', zh: '密码' },
  newPassword: { en: 'New password', zh: '新密码' },
  oldPassword: { en: 'Password until now', zh: '当前密码' },
  passwordHint: {
    en: 'At least {count} characters. Four words that have nothing in common are good; no signs are required.',
    zh: '至少 {count} 个字符。建议使用四个互不相关的词；不要求特殊符号。',
  },
  show: { en: 'Show', zh: '显示' },
  hide: { en: 'Hide', zh: '隐藏' },
  showPassword: { en: 'Show the password', zh: '显示密码' },
  fullName: { en: 'Full name', zh: '姓名' },
  userNameHint: {
    en: 'Letters and digits of any script, without spaces. It is never given to somebody else.',
    zh: '可用任何文字的字母和数字，不含空格。用户名不会再分配给他人。',
  },
  firstAdminTitle: { en: 'First administrator', zh: '首位管理员' },
  firstAdminHint: {
    en: 'Nobody can administer this server yet. Choose your name and a password: the link is then used up.',
    zh: '此服务器尚无管理员。请选择用户名和密码，之后此链接即失效。',
  },
  welcomeTitle: { en: 'Welcome, {name}', zh: '欢迎，{name}' },
  welcomeHint: { en: 'Choose a password. The link is then used up.', zh: '请设置密码，之后此链接即失效。' },
  setPassword: { en: 'Set password and sign in', zh: '设置密码并登录' },
  toSignIn: { en: 'To the sign-in page', zh: '前往登录页面' },
  forgotHint: {
    en: 'Password forgotten? An administrator sends you a new link.',
    zh: '忘记密码？请管理员发送新的链接。',
  },
  account: { en: 'Account', zh: '账户' },
  people: { en: 'People', zh: '人员' },
  lockScreen: { en: 'Lock screen', zh: '锁定屏幕' },
  signOut: { en: 'Sign out', zh: '退出' },
  lockedBy: { en: 'Locked by {name}', zh: '已由 {name} 锁定' },
  lockedHint: {
    en: 'Alarms go on in sight and sound. To act, unlock with your password, or sign out for somebody else.',
    zh: '报警仍会显示并发声。如需操作，请输入密码解锁，或退出后由他人登录。',
  },
  unlock: { en: 'Unlock', zh: '解锁' },
  lockedTitle: { en: 'The screen is locked.', zh: '屏幕已锁定。' },
  roleTitle: {
    en: 'This takes the role {needed}; yours is {role}.',
    zh: '此操作需要{needed}角色，您的角色为{role}。',
  },
  role: { en: 'Role', zh: '角色' },
  scope: { en: 'Facilities', zh: '厂区范围' },
  allFacilities: { en: 'all', zh: '全部' },
  noFacilities: { en: 'none', zh: '无' },
  sessionEnds: { en: 'Signed in until {time}', zh: '登录有效至 {time}' },
  ownSessions: { en: 'Where you are signed in', zh: '已登录的位置' },
  thisSession: { en: 'here', zh: '当前' },
  endSession: { en: 'End', zh: '结束' },
  lastUsed: { en: 'last used', zh: '最近使用' },
  changePassword: { en: 'Change password', zh: '修改密码' },
  passwordChanged: {
    en: 'The password is changed; you are signed out everywhere else.',
    zh: '密码已修改，其他位置均已退出。',
  },
  enterPerson: { en: 'Enter a person', zh: '添加人员' },
  enter: { en: 'Enter', zh: '添加' },
  linkFor: { en: 'One-time link for {name}, good until {time}:', zh: '{name} 的一次性链接，有效至 {time}：' },
  linkHint: {
    en: 'Hand it over yourself; it is shown only now. Who opens it sets the password.',
    zh: '请亲自交给本人；仅在此显示一次。打开链接者将设置密码。',
  },
  newLink: { en: 'New link', zh: '新链接' },
  disable: { en: 'Disable', zh: '停用' },
  enable: { en: 'Enable', zh: '启用' },
  disabled: { en: 'disabled', zh: '已停用' },
  invited: { en: 'invited', zh: '已邀请' },
  noPassword: { en: 'no password', zh: '未设密码' },
  signedInCount: { en: '{count} signed in', zh: '{count} 处登录' },
  neverSignedIn: { en: 'never signed in', zh: '从未登录' },
  signOutEverywhere: { en: 'Sign out everywhere', zh: '全部退出' },
  tokens: { en: 'Tokens of machines', zh: '机器令牌' },
  noTokens: { en: 'There are no tokens.', zh: '没有令牌。' },
  tokenName: { en: 'What for', zh: '用途' },
  goodFor: { en: 'Good for', zh: '有效期' },
  days: { en: '{count} days', zh: '{count} 天' },
  makeToken: { en: 'Make a token', zh: '创建令牌' },
  tokenOnce: { en: 'Token {name}, shown only now:', zh: '令牌 {name}，仅在此显示一次：' },
  revoke: { en: 'Revoke', zh: '吊销' },
  goodUntil: { en: 'good until {time}', zh: '有效至 {time}' },
  neverUsed: { en: 'never used', zh: '从未使用' },
  auditRecord: { en: 'Audit record', zh: '审计记录' },
  copy: { en: 'Copy', zh: '复制' },
  copied: { en: 'Copied', zh: '已复制' },
  approverPassword: { en: 'Password of the second person, typed by them', zh: '第二人的密码（由本人输入）' },
  approverPasswordHint: {
    en: 'It goes to the server with this action and is kept nowhere.',
    zh: '仅随本次操作发送至服务器，不作保存。',
  },
} as const satisfies Texts

export const ROLE_TEXTS: Readonly<Record<Role, Entry>> = {
  viewer: { en: 'Viewer', zh: '查看者' },
  operator: { en: 'Operator', zh: '操作员' },
  engineer: { en: 'Engineer', zh: '工程师' },
  admin: { en: 'Administrator', zh: '管理员' },
}

export const AUDIT_TEXTS: Readonly<Record<AuditKind, Entry>> = {
  'signed-in': { en: 'Signed in', zh: '登录' },
  'sign-in-failed': { en: 'Sign-in failed', zh: '登录失败' },
  'signed-out': { en: 'Signed out', zh: '退出' },
  'session-ended': { en: 'Session ended', zh: '会话结束' },
  locked: { en: 'Screen locked', zh: '屏幕锁定' },
  unlocked: { en: 'Screen unlocked', zh: '屏幕解锁' },
  'unlock-failed': { en: 'Unlocking failed', zh: '解锁失败' },
  'password-changed': { en: 'Password changed', zh: '密码修改' },
  'password-change-failed': { en: 'Change of password failed', zh: '修改密码失败' },
  approved: { en: 'Approved as second person', zh: '第二人批准' },
  'approval-failed': { en: 'Approval failed', zh: '批准失败' },
  'link-made': { en: 'Link made', zh: '生成链接' },
  'link-used': { en: 'Link used', zh: '使用链接' },
  'person-created': { en: 'Person entered', zh: '添加人员' },
  'person-changed': { en: 'Person changed', zh: '变更人员' },
  'person-disabled': { en: 'Person disabled', zh: '停用人员' },
  'person-enabled': { en: 'Person enabled', zh: '启用人员' },
  'token-made': { en: 'Token made', zh: '创建令牌' },
  'token-used': { en: 'Token used', zh: '使用令牌' },
  'token-revoked': { en: 'Token revoked', zh: '吊销令牌' },
  'admin-set': { en: 'Administrator set at the machine', zh: '在服务器上设置管理员' },
  'absence-entered': { en: 'Absence entered', zh: '登记缺勤' },
  'absence-removed': { en: 'Absence taken back', zh: '撤销缺勤' },
  handover: { en: 'Hand-over note', zh: '交接班记录' },
}

/** Why a sign-in at a provider came to nothing. Keys: codes of errors; `other`: any that is not here. */
export const PROVIDER_TEXTS = {
  OIDC_TOO_MANY: {
    en: 'Very many sign-ins began here. Try again in a minute, or use your password.',
    zh: '此处登录请求过多。请一分钟后重试，或使用密码登录。',
  },
  OIDC_UNREACHABLE: {
    en: 'The provider does not answer. Try again, or use your password.',
    zh: '登录服务无应答。请重试，或使用密码登录。',
  },
  OIDC_UNTRUSTED: {
    en: 'The certificate of the provider is not trusted. Use your password, and tell an administrator.',
    zh: '登录服务的证书不受信任。请使用密码登录，并通知管理员。',
  },
  OIDC_MISCONFIGURED: {
    en: 'The provider and this server do not fit each other. Use your password, and tell an administrator.',
    zh: '登录服务与本服务器的配置不符。请使用密码登录，并通知管理员。',
  },
  OIDC_ATTEMPT_UNKNOWN: {
    en: 'This sign-in took too long, or began in another browser or at another address. Begin again.',
    zh: '登录超时，或始于其他浏览器或地址。请重新登录。',
  },
  OIDC_REFUSED: {
    en: 'The provider did not let you in. Begin again, or ask who administers it.',
    zh: '登录服务未准许登录。请重试，或联系其管理员。',
  },
  OIDC_TOKEN_INVALID: {
    en: 'What the provider sent does not hold. Use your password, and tell an administrator.',
    zh: '登录服务返回的凭证无效。请使用密码登录，并通知管理员。',
  },
  OIDC_NOT_FRESH: {
    en: 'The provider did not ask for your password again. Sign out there, and begin again.',
    zh: '登录服务未要求重新验证身份。请先在该服务退出，再重新登录。',
  },
  OIDC_CLAIM_INVALID: {
    en: 'The provider gives no name that fits here. Tell an administrator.',
    zh: '登录服务未提供可用的用户名。请通知管理员。',
  },
  OIDC_PERSON_REFUSED: {
    en: 'Nobody of your name was entered here, or you are disabled. Ask an administrator.',
    zh: '此处未添加您的用户名，或已被停用。请联系管理员。',
  },
  OIDC_OTHER_IDENTITY: {
    en: 'This name belonged to another account of the provider. Ask an administrator to make sure and unlink it.',
    zh: '此用户名已绑定另一账户。请联系管理员核实并解除绑定。',
  },
  other: {
    en: 'The sign-in failed. Begin again, or use your password.',
    zh: '登录失败。请重试，或使用密码登录。',
  },
} as const satisfies Texts
