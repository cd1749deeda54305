/**
 * What everybody tries first, of eight characters and more: the tops of published lists of leaked passwords, walks
 * over the keyboard, and the words of this trade. Digits and signs at the end are taken off before it is looked up, so
 * that `password` stands for `password2026!` too.
 */
export const GUESSED_FIRST: ReadonlySet<string> = new Set(
  `password passwort password passw0rd p@ssword p@ssw0rd pa55word passwords mypassword changeme changeit letmein letmeinn
  welcome welcometo iloveyou iloveyouso sunshine princess football baseball basketball superman batman starwars
  trustno1 trustnoone whatever computer internet michelle jennifer charlotte alexander christine elizabeth samantha
  qwertyui qwertyuiop qwerty qwertz qwertzuiop azerty azertyuiop asdfghjk asdfghjkl zxcvbnm zxcvbnm, 1q2w3e4r 1q2w3e4r5t
  1qaz2wsx 1qaz2wsx3edc qazwsx qazwsxedc qazwsxedcrfv q1w2e3r4 q1w2e3r4t5 zaq12wsx zaq1zaq1 1qazxsw2 qwer1234 qwerty12
  asdf1234 abcd1234 abc12345 aa123456 a1234567 a12345678 a123456789 123qweasd 123qweasdzxc qwe123456 woaini woaini1314
  woaini520 5201314 52013145201314 1314520 nihao123 zhang123 12344321 11223344 1122334455 123321123 147258369 741852963
  159753159753 159357456 123654789 987654321 0987654321 1234567890 123456789a 0123456789 12345678910 14725836 78945612
  monkey dragon master shadow mustang michael jordan harley ranger hunter buster soccer killer george andrew charlie
  freedom ginger summer winter autumn spring january february september october november december monday friday
  secret secrets topsecret default system security access accesss private service support manager supervisor
  admin administrator adminadmin rootroot root toor test testtest testing guest guestguest user username login
  operator operators engineer engineers maintenance technician controlroom scada scadascada plc modbus davylamp davy
  minerslamp factory plant plantplant chemical chemistry refinery tankfarm gasalarm alarmalarm alarm alarms siemens
  simatic honeywell yokogawa emerson schneider rockwell allenbradley mosquitto grafana influxdb influx raspberry
  correcthorsebatterystaple thisisapassword nopassword pleasechange pleasechangeme hello helloworld hello123
  google facebook linkedin microsoft windows samsung iphone android pokemon naruto minecraft fortnite chelsea arsenal
  liverpool manchester barcelona juventus bayern schalke hamburg berlin london beijing shanghai shenzhen guangzhou
  shandong shandongsheng heze china zhongguo`
    .split(/\s+/)
    .filter((word) => word !== ''),
)
