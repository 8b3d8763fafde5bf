// Devices that scripts emulate: what is public about their screens and user agents.

import { settings } from './native.js';

// A line a device: name, engine (c Chrome, w Safari, f Firefox) with m for mobile and t for touch,
// viewport, device pixels for each CSS pixel, screen, viewport in landscape, user agent. The last is
// `android VERSION MODEL`, `iphone VERSION`, `ipad VERSION`, or the whole text.
const TABLE = `
Blackberry PlayBook|wmt|600x1024|1||1024x600|Mozilla/5.0 (PlayBook; U; RIM Tablet OS 2.1.0; en-US) AppleWebKit/536.2+ (KHTML like Gecko) Version/{safari} Safari/536.2+
BlackBerry Z30|wmt|360x640|2||640x360|Mozilla/5.0 (BB10; Touch) AppleWebKit/537.10+ (KHTML, like Gecko) Version/{safari} Mobile Safari/537.10+
Galaxy Note 3|wmt|360x640|3||640x360|Mozilla/5.0 (Linux; U; Android 4.3; en-us; SM-N900T Build/JSS15J) AppleWebKit/534.30 (KHTML, like Gecko) Version/{safari} Mobile Safari/534.30
Galaxy Note II|wmt|360x640|2||640x360|Mozilla/5.0 (Linux; U; Android 4.1; en-us; GT-N7100 Build/JRO03C) AppleWebKit/534.30 (KHTML, like Gecko) Version/{safari} Mobile Safari/534.30
Galaxy S III|wmt|360x640|2||640x360|Mozilla/5.0 (Linux; U; Android 4.0; en-us; GT-I9300 Build/IMM76D) AppleWebKit/534.30 (KHTML, like Gecko) Version/{safari} Mobile Safari/534.30
Galaxy S5|cmt|360x640|3||640x360|android 5.0 SM-G900P Build/LRX21T
Galaxy S8|cmt|360x740|3||740x360|android 7.0 SM-G950U Build/NRD90M
Galaxy S9+|cmt|320x658|4.5||658x320|android 8.0.0 SM-G965U Build/R16NW
Galaxy S24|cmt|360x780|3||780x360|android 14 SM-S921U
Galaxy A55|cmt|480x1040|2.25||1040x480|android 14 SM-A556B
Galaxy Tab S4|cmt|712x1138|2.25||1138x712|android-tablet 8.1.0 SM-T837A
Galaxy Tab S9|cmt|640x1024|2.5||1024x640|android-tablet 14 SM-X710
Galaxy Z Fold 6|cmt|928x1004|2|928x1080|1028x876|android 10 SM-F956U
Galaxy Z Fold 6 Cover|cmt|484x1112|2|484x1188|1136x432|android 10 SM-F956U
Galaxy Z Fold 7|cmt|984x1016|2|984x1092|1040x932|android 10 SM-F966U
Galaxy Z Fold 7 Cover|cmt|360x764|3|360x840|788x308|android 10 SM-F966U
Galaxy Z Flip 6|cmt|360x804|3|360x880|828x308|android 10 SM-F741U
Galaxy Z Flip 6 Cover|cmt|360x298|2|360x374|322x308|android 10 SM-F741U
Galaxy Z Flip 7|cmt|360x764|3|360x840|788x308|android 10 SM-F761U
Galaxy Z Flip 7 Cover|cmt|474x448|2|474x524|472x422|android 10 SM-F761U
iPad (gen 5)|wmt|768x1024|2||1024x768|ipad 12_2 {safari}
iPad (gen 6)|wmt|768x1024|2||1024x768|ipad 12_2 {safari}
iPad (gen 7)|wmt|810x1080|2||1080x810|ipad 12_2 {safari}
iPad (gen 11)|wmt|656x944|2.5||944x656|Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{safari} Mobile/19E241 Safari/604.1
iPad Mini|wmt|768x1024|2||1024x768|ipad 12_2 {safari}
iPad Pro 11|wmt|834x1194|2||1194x834|ipad 12_2 {safari}
iPhone 6|wmt|375x667|2||667x375|Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/{safari} Mobile/15A372 Safari/604.1
iPhone 6 Plus|wmt|414x736|3||736x414|Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/{safari} Mobile/15A372 Safari/604.1
iPhone 7|wmt|375x667|2||667x375|Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/{safari} Mobile/15A372 Safari/604.1
iPhone 7 Plus|wmt|414x736|3||736x414|Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/{safari} Mobile/15A372 Safari/604.1
iPhone 8|wmt|375x667|2||667x375|Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/{safari} Mobile/15A372 Safari/604.1
iPhone 8 Plus|wmt|414x736|3||736x414|Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/{safari} Mobile/15A372 Safari/604.1
iPhone SE|wmt|320x568|2||568x320|Mozilla/5.0 (iPhone; CPU iPhone OS 10_3_1 like Mac OS X) AppleWebKit/603.1.30 (KHTML, like Gecko) Version/{safari} Mobile/14E304 Safari/602.1
iPhone SE (3rd gen)|wmt|375x667|2||667x375|Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/603.1.30 (KHTML, like Gecko) Version/{safari} Mobile/19E241 Safari/602.1
iPhone X|wmt|375x812|3||812x375|Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/{safari} Mobile/15A372 Safari/604.1
iPhone XR|wmt|414x896|3||896x414|iphone 12_0 {safari}
iPhone 11|wmt|414x715|2|414x896|800x364|iphone 12_2 {safari}
iPhone 11 Pro|wmt|375x635|3|375x812|724x325|iphone 12_2 {safari}
iPhone 11 Pro Max|wmt|414x715|3|414x896|808x364|iphone 12_2 {safari}
iPhone 12|wmt|390x664|3|390x844|750x340|iphone 14_4 {safari}
iPhone 12 Pro|wmt|390x664|3|390x844|750x340|iphone 14_4 {safari}
iPhone 12 Pro Max|wmt|428x746|3|428x926|832x378|iphone 14_4 {safari}
iPhone 12 Mini|wmt|375x629|3|375x812|712x325|iphone 14_4 {safari}
iPhone 13|wmt|390x664|3|390x844|750x342|iphone 15_0 {safari}
iPhone 13 Pro|wmt|390x664|3|390x844|750x342|iphone 15_0 {safari}
iPhone 13 Pro Max|wmt|428x746|3|428x926|832x380|iphone 15_0 {safari}
iPhone 13 Mini|wmt|375x629|3|375x812|712x327|iphone 15_0 {safari}
iPhone 14|wmt|390x664|3|390x844|750x340|iphone 16_0 {safari}
iPhone 14 Plus|wmt|428x746|3|428x926|832x378|iphone 16_0 {safari}
iPhone 14 Pro|wmt|393x660|3|393x852|734x343|iphone 16_0 {safari}
iPhone 14 Pro Max|wmt|430x740|3|430x932|814x380|iphone 16_0 {safari}
iPhone 15|wmt|393x659|3|393x852|734x343|iphone 17_5 {safari}
iPhone 15 Plus|wmt|430x739|3|430x932|814x380|iphone 17_5 {safari}
iPhone 15 Pro|wmt|393x659|3|393x852|734x343|iphone 17_5 {safari}
iPhone 15 Pro Max|wmt|430x739|3|430x932|814x380|iphone 17_5 {safari}
iPhone 16|wmt|393x659|3|393x852|734x343|iphone 18_7 {safari}
iPhone 16 Plus|wmt|430x739|3|430x932|814x380|iphone 18_7 {safari}
iPhone 16 Pro|wmt|402x681|3|402x874|756x352|iphone 18_7 {safari}
iPhone 16 Pro Max|wmt|440x763|3|440x956|838x390|iphone 18_7 {safari}
iPhone 16e|wmt|390x651|3|390x844|726x340|iphone 18_7 {safari}
iPhone 17|wmt|402x681|3|402x874|756x352|iphone 18_7 {safari}
iPhone Air|wmt|420x719|3|420x912|794x370|iphone 18_7 {safari}
iPhone 17 Pro|wmt|402x681|3|402x874|756x352|iphone 18_7 {safari}
iPhone 17 Pro Max|wmt|440x763|3|440x956|838x390|iphone 18_7 {safari}
iPhone 17e|wmt|390x651|3|390x844|726x340|iphone 18_7 {safari}
Kindle Fire HDX|wmt|800x1280|2||1280x800|Mozilla/5.0 (Linux; U; en-us; KFAPWI Build/JDQ39) AppleWebKit/535.19 (KHTML, like Gecko) Silk/3.13 Safari/535.19 Silk-Accelerated=true
LG Optimus L70|cmt|384x640|1.25||640x384|Mozilla/5.0 (Linux; U; Android 4.4.2; en-us; LGMS323 Build/KOT49I.MS32310c) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/{chrome} Mobile Safari/537.36
Microsoft Lumia 550|cmt|360x640|2||640x360|Mozilla/5.0 (Windows Phone 10.0; Android 4.2.1; Microsoft; Lumia 550) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{chrome} Mobile Safari/537.36 Edge/14.14263
Microsoft Lumia 950|cmt|360x640|4||640x360|Mozilla/5.0 (Windows Phone 10.0; Android 4.2.1; Microsoft; Lumia 950) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{chrome} Mobile Safari/537.36 Edge/14.14263
Nexus 10|cmt|800x1280|2||1280x800|android-tablet 6.0.1 Nexus 10 Build/MOB31T
Nexus 4|cmt|384x640|2||640x384|android 4.4.2 Nexus 4 Build/KOT49H
Nexus 5|cmt|360x640|3||640x360|android 6.0 Nexus 5 Build/MRA58N
Nexus 5X|cmt|412x732|2.625||732x412|android 8.0.0 Nexus 5X Build/OPR4.170623.006
Nexus 6|cmt|412x732|3.5||732x412|android 7.1.1 Nexus 6 Build/N6F26U
Nexus 6P|cmt|412x732|3.5||732x412|android 8.0.0 Nexus 6P Build/OPP3.170518.006
Nexus 7|cmt|600x960|2||960x600|android-tablet 6.0.1 Nexus 7 Build/MOB30X
Nokia Lumia 520|cmt|320x533|1.5||533x320|Mozilla/5.0 (compatible; MSIE 10.0; Windows Phone 8.0; Trident/6.0; IEMobile/10.0; ARM; Touch; NOKIA; Lumia 520)
Nokia N9|wmt|480x854|1||854x480|Mozilla/5.0 (MeeGo; NokiaN9) AppleWebKit/534.13 (KHTML, like Gecko) NokiaBrowser/8.5.0 Mobile Safari/534.13
Pixel 2|cmt|411x731|2.625||731x411|android 8.0 Pixel 2 Build/OPD3.170816.012
Pixel 2 XL|cmt|411x823|3.5||823x411|android 8.0.0 Pixel 2 XL Build/OPD1.170816.004
Pixel 3|cmt|393x786|2.75||786x393|android 9 Pixel 3 Build/PQ1A.181105.017.A1
Pixel 4|cmt|353x745|3||745x353|android 10 Pixel 4
Pixel 4a (5G)|cmt|412x765|2.63|412x892|840x312|android 11 Pixel 4a (5G)
Pixel 5|cmt|393x727|2.75|393x851|802x293|android 11 Pixel 5
Pixel 6|cmt|412x839|2.625|412x915|863x360|android 12 Pixel 6
Pixel 6 Pro|cmt|412x816|3.5|412x892|840x360|android 12 Pixel 6 Pro
Pixel 6a|cmt|412x839|2.625|412x915|863x360|android 12 Pixel 6a
Pixel 7|cmt|412x839|2.625|412x915|863x360|android 14 Pixel 7
Pixel 7 Pro|cmt|412x816|3.5|412x892|840x360|android 13 Pixel 7 Pro
Pixel 7a|cmt|412x839|2.625|412x915|863x360|android 13 Pixel 7a
Pixel 8|cmt|412x839|2.625|412x915|863x360|android 14 Pixel 8
Pixel 8 Pro|cmt|448x921|3|448x997|945x396|android 14 Pixel 8 Pro
Pixel 8a|cmt|412x839|2.625|412x915|863x360|android 14 Pixel 8a
Pixel 9|cmt|360x732|3|360x808|756x308|android 14 Pixel 9
Pixel 9 Pro|cmt|427x876|3|427x952|900x375|android 14 Pixel 9 Pro
Pixel 9 Pro XL|cmt|448x921|3|448x997|945x396|android 14 Pixel 9 Pro XL
Pixel 10|cmt|360x732|3|360x808|756x308|android 16 Pixel 10
Pixel 10 Pro|cmt|427x876|3|427x952|900x375|android 16 Pixel 10 Pro
Pixel 10 Pro XL|cmt|448x921|3|448x997|945x396|android 16 Pixel 10 Pro XL
Moto G4|cmt|360x640|3||640x360|android 7.0 Moto G (4)
Desktop Chrome HiDPI|c|1280x720|2|1792x1120||Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{chrome} Safari/537.36
Desktop Edge HiDPI|c|1280x720|2|1792x1120||Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{chrome} Safari/537.36 Edg/{chrome}
Desktop Firefox HiDPI|f|1280x720|2|1792x1120||Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{firefox}) Gecko/20100101 Firefox/{firefox}
Desktop Safari|w|1280x720|2|1792x1120||Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{safari} Safari/605.1.15
Desktop Chrome|c|1280x720|1|1920x1080||Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{chrome} Safari/537.36
Desktop Edge|c|1280x720|1|1920x1080||Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{chrome} Safari/537.36 Edg/{chrome}
Desktop Firefox|f|1280x720|1|1920x1080||Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{firefox}) Gecko/20100101 Firefox/{firefox}
`;

const ENGINES = { c: 'chromium', w: 'webkit', f: 'firefox' };
const VERSIONS = { chrome: () => chromeVersion(), safari: () => '26.0', firefox: () => '145.0' };

function chromeVersion() {
  return /(\d+\.\d+\.\d+\.\d+)/.exec(settings.browserVersion ?? '')?.[1] ?? '140.0.0.0';
}

function userAgent(text) {
  const [kind, version, ...model] = text.split(' ');
  const filled = (template) => template.replace(/\{(\w+)\}/g, (_, name) => VERSIONS[name]());
  switch (kind) {
    case 'android':
    case 'android-tablet': {
      const mobile = kind === 'android' ? 'Mobile ' : '';
      return filled(`Mozilla/5.0 (Linux; Android ${version}; ${model.join(' ')}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{chrome} ${mobile}Safari/537.36`);
    }
    case 'iphone':
      return filled(`Mozilla/5.0 (iPhone; CPU iPhone OS ${version} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{safari} Mobile/15E148 Safari/604.1`);
    case 'ipad':
      return filled(`Mozilla/5.0 (iPad; CPU OS ${version} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{safari} Mobile/15E148 Safari/604.1`);
    default:
      return filled(text);
  }
}

function size(text) {
  const [width, height] = text.split('x').map(Number);
  return { width, height };
}

function read(line, into) {
  const [name, flags, viewport, scale, screen, landscape, agent] = line.split('|');
  const device = {
    userAgent: userAgent(agent),
    ...(screen ? { screen: size(screen) } : {}),
    viewport: size(viewport),
    deviceScaleFactor: Number(scale),
    isMobile: flags.includes('m'),
    hasTouch: flags.includes('t'),
    defaultBrowserType: ENGINES[flags[0]],
  };
  into[name] = device;
  if (!landscape) return;
  const turned = { ...device, viewport: size(landscape) };
  // Chrome's screen turns with the device, Safari's stays.
  if (screen && flags[0] === 'c') turned.screen = { width: device.screen.height, height: device.screen.width };
  into[`${name} landscape`] = turned;
}

let made;

function all() {
  if (!made) {
    made = {};
    for (const line of TABLE.trim().split('\n')) read(line, made);
  }
  return made;
}

/** Descriptors by name, read when first looked at. */
export const devices = new Proxy({}, {
  get: (_, name) => all()[name],
  has: (_, name) => name in all(),
  ownKeys: () => Reflect.ownKeys(all()),
  getOwnPropertyDescriptor: (_, name) => Object.getOwnPropertyDescriptor(all(), name),
});
