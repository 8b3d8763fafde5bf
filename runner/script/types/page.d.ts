// The page API of scripts: what `@playwright/test` gives besides the test runner.
//
// Members and options are named as Playwright names them. What canary differs in, or has not, stands in
// docs/reference/playwright-api.md; a test keeps this file, that page and the code together.

type Maybe<T> = T | Promise<T>;
type TextOrExpression = string | RegExp;
type UrlMatcher = string | RegExp | URLPattern | ((url: URL) => boolean);
type LoadState = 'load' | 'domcontentloaded' | 'networkidle';
type WaitUntil = LoadState | 'commit';
type Headers_ = { [name: string]: string };
type Point = { x: number; y: number };
type Box = { x: number; y: number; width: number; height: number };
type Button = 'left' | 'right' | 'middle';
type Modifier = 'Alt' | 'Control' | 'ControlOrMeta' | 'Meta' | 'Shift';
type FilePayload = { name: string; mimeType: string; buffer: Uint8Array };
type Files = string | readonly string[] | FilePayload | readonly FilePayload[];
type Choice = { value?: string; label?: string; index?: number };
type Choices = null | string | ElementHandle | Choice | readonly string[] | readonly ElementHandle[] | readonly Choice[];
type PageFunction<Arg, R> = string | ((arg: Arg) => Maybe<R>);
type ElementFunction<E, Arg, R> = string | ((element: E, arg: Arg) => Maybe<R>);
type BindingSource = { context: BrowserContext; page: Page; frame: Frame };
type Storage_ = { cookies: Cookie[]; origins: { origin: string; localStorage: { name: string; value: string }[] }[] };
type Credentials_ = { username: string; password: string; origin?: string; send?: 'unauthorized' | 'always' };

interface EvaluateOptions { exposeFunctions?: boolean; serialization?: 'default' | 'extended'; world?: 'main' | 'utility' }
interface Disposable_ { dispose(): Promise<void> }
interface TimeOptions { timeout?: number; signal?: AbortSignal }
interface StrictOptions extends TimeOptions { strict?: boolean }
interface HoverOptions extends StrictOptions { force?: boolean; modifiers?: Modifier[]; noWaitAfter?: boolean; position?: Point; scroll?: 'auto' | 'none'; trial?: boolean }
interface ClickOptions extends HoverOptions { button?: Button; clickCount?: number; delay?: number; steps?: number }
interface CheckOptions extends StrictOptions { force?: boolean; noWaitAfter?: boolean; position?: Point; scroll?: 'auto' | 'none'; trial?: boolean }
interface ForceOptions extends StrictOptions { force?: boolean; noWaitAfter?: boolean }
interface KeyOptions extends StrictOptions { delay?: number; noWaitAfter?: boolean }
interface DragOptions extends StrictOptions { force?: boolean; noWaitAfter?: boolean; scroll?: 'auto' | 'none'; sourcePosition?: Point; targetPosition?: Point; steps?: number; trial?: boolean }
interface GotoOptions extends TimeOptions { referer?: string; waitUntil?: WaitUntil }
interface NavigationOptions extends TimeOptions { waitUntil?: WaitUntil }
interface WaitForSelectorOptions extends StrictOptions { state?: 'attached' | 'detached' | 'visible' | 'hidden' }
interface WaitForFunctionOptions extends TimeOptions { polling?: number | 'raf' }
interface SnapshotOptions extends TimeOptions { boxes?: boolean; depth?: number; mode?: 'default' }
interface TextOptions { exact?: boolean }
interface RoleOptions { checked?: boolean; description?: TextOrExpression; disabled?: boolean; exact?: boolean; expanded?: boolean; includeHidden?: boolean; level?: number; name?: TextOrExpression; pressed?: boolean; selected?: boolean }
interface LocatorOptions { has?: Locator; hasNot?: Locator; hasText?: TextOrExpression; hasNotText?: TextOrExpression }
interface FilterOptions extends LocatorOptions { visible?: boolean }
interface ScreenshotOptions extends TimeOptions { animations?: 'disabled' | 'allow'; caret?: 'hide' | 'initial'; clip?: Box; fullPage?: boolean; mask?: Locator[]; maskColor?: string; omitBackground?: boolean; path?: string; quality?: number; scale?: 'css' | 'device'; style?: string; type?: 'png' | 'jpeg' }
interface PdfOptions { displayHeaderFooter?: boolean; footerTemplate?: string; format?: string; headerTemplate?: string; height?: string | number; landscape?: boolean; margin?: { top?: string | number; right?: string | number; bottom?: string | number; left?: string | number }; outline?: boolean; pageRanges?: string; path?: string; preferCSSPageSize?: boolean; printBackground?: boolean; scale?: number; tagged?: boolean; width?: string | number }
interface TagOptions { url?: string; path?: string; content?: string }
interface RouteOptions { times?: number }
interface HarOptions { notFound?: 'abort' | 'fallback'; url?: string | RegExp }
interface MediaOptions { media?: null | 'screen' | 'print'; colorScheme?: null | 'light' | 'dark' | 'no-preference'; reducedMotion?: null | 'reduce' | 'no-preference'; forcedColors?: null | 'active' | 'none'; contrast?: null | 'more' | 'no-preference' }
interface RequestOverrides { url?: string; method?: string; headers?: Headers_; postData?: unknown }
interface Cookie { name: string; value: string; url?: string; domain?: string; path?: string; expires?: number; httpOnly?: boolean; secure?: boolean; sameSite?: 'Strict' | 'Lax' | 'None'; partitionKey?: string }
interface BrowserContextOptions {
  acceptDownloads?: boolean; baseURL?: string; bypassCSP?: boolean; colorScheme?: MediaOptions['colorScheme']; contrast?: MediaOptions['contrast'];
  deviceScaleFactor?: number; extraHTTPHeaders?: Headers_; forcedColors?: MediaOptions['forcedColors'];
  geolocation?: { latitude: number; longitude: number; accuracy?: number }; hasTouch?: boolean; httpCredentials?: Credentials_;
  ignoreHTTPSErrors?: boolean; isMobile?: boolean; javaScriptEnabled?: boolean; locale?: string; offline?: boolean; permissions?: string[];
  proxy?: { server: string; bypass?: string; username?: string; password?: string }; reducedMotion?: MediaOptions['reducedMotion'];
  screen?: { width: number; height: number }; serviceWorkers?: 'allow' | 'block'; storageState?: string | Storage_; strictSelectors?: boolean;
  timezoneId?: string; userAgent?: string; viewport?: null | { width: number; height: number };
}
interface FetchOptions extends TimeOptions { data?: unknown; failOnStatusCode?: boolean; form?: { [name: string]: string | number | boolean }; headers?: Headers_; ignoreHTTPSErrors?: boolean; maxRedirects?: number; maxRetries?: number; method?: string; multipart?: { [name: string]: string | number | boolean | FilePayload }; params?: string | URLSearchParams | { [name: string]: string | number | boolean } }

interface Events {
  on(event: string, listener: (value: any) => any): this;
  once(event: string, listener: (value: any) => any): this;
  off(event: string, listener: (value: any) => any): this;
  addListener(event: string, listener: (value: any) => any): this;
  removeListener(event: string, listener: (value: any) => any): this;
  prependListener(event: string, listener: (value: any) => any): this;
  removeAllListeners(event?: string): this;
}

interface Finding {
  getByAltText(text: TextOrExpression, options?: TextOptions): Locator;
  getByLabel(text: TextOrExpression, options?: TextOptions): Locator;
  getByPlaceholder(text: TextOrExpression, options?: TextOptions): Locator;
  getByRole(role: string, options?: RoleOptions): Locator;
  getByTestId(testId: TextOrExpression): Locator;
  getByText(text: TextOrExpression, options?: TextOptions): Locator;
  getByTitle(text: TextOrExpression, options?: TextOptions): Locator;
}

interface FrameApi extends Finding {
  $(selector: string, options?: { strict?: boolean }): Promise<ElementHandle | null>;
  $$(selector: string): Promise<ElementHandle[]>;
  $eval<R, Arg = any>(selector: string, pageFunction: ElementFunction<any, Arg, R>, arg?: Arg, options?: EvaluateOptions): Promise<R>;
  $$eval<R, Arg = any>(selector: string, pageFunction: ElementFunction<any[], Arg, R>, arg?: Arg, options?: EvaluateOptions): Promise<R>;
  addScriptTag(options?: TagOptions & { type?: string }): Promise<ElementHandle>;
  addStyleTag(options?: TagOptions): Promise<ElementHandle>;
  check(selector: string, options?: CheckOptions): Promise<void>;
  click(selector: string, options?: ClickOptions): Promise<void>;
  content(options?: { includeShadow?: boolean }): Promise<string>;
  dblclick(selector: string, options?: ClickOptions): Promise<void>;
  dispatchEvent(selector: string, type: string, eventInit?: unknown, options?: StrictOptions): Promise<void>;
  dragAndDrop(source: string, target: string, options?: DragOptions): Promise<void>;
  evaluate<R, Arg = any>(pageFunction: PageFunction<Arg, R>, arg?: Arg, options?: EvaluateOptions): Promise<R>;
  evaluateHandle<R, Arg = any>(pageFunction: PageFunction<Arg, R>, arg?: Arg, options?: EvaluateOptions): Promise<JSHandle<R>>;
  fill(selector: string, value: string, options?: ForceOptions): Promise<void>;
  focus(selector: string, options?: StrictOptions): Promise<void>;
  frameLocator(selector: string): FrameLocator;
  getAttribute(selector: string, name: string, options?: StrictOptions): Promise<string | null>;
  goto(url: string, options?: GotoOptions): Promise<Response | null>;
  hover(selector: string, options?: HoverOptions): Promise<void>;
  innerHTML(selector: string, options?: StrictOptions): Promise<string>;
  innerText(selector: string, options?: StrictOptions): Promise<string>;
  inputValue(selector: string, options?: StrictOptions): Promise<string>;
  isChecked(selector: string, options?: StrictOptions): Promise<boolean>;
  isDisabled(selector: string, options?: StrictOptions): Promise<boolean>;
  isEditable(selector: string, options?: StrictOptions): Promise<boolean>;
  isEnabled(selector: string, options?: StrictOptions): Promise<boolean>;
  isHidden(selector: string, options?: StrictOptions): Promise<boolean>;
  isVisible(selector: string, options?: StrictOptions): Promise<boolean>;
  locator(selector: string, options?: LocatorOptions): Locator;
  press(selector: string, key: string, options?: KeyOptions): Promise<void>;
  selectOption(selector: string, values: Choices, options?: ForceOptions): Promise<string[]>;
  setChecked(selector: string, checked: boolean, options?: CheckOptions): Promise<void>;
  setContent(html: string, options?: NavigationOptions): Promise<void>;
  setInputFiles(selector: string, files: Files, options?: StrictOptions): Promise<void>;
  tap(selector: string, options?: HoverOptions): Promise<void>;
  textContent(selector: string, options?: StrictOptions): Promise<string | null>;
  title(): Promise<string>;
  type(selector: string, text: string, options?: KeyOptions): Promise<void>;
  uncheck(selector: string, options?: CheckOptions): Promise<void>;
  url(): string;
  waitForFunction<R, Arg = any>(pageFunction: PageFunction<Arg, R>, arg?: Arg, options?: WaitForFunctionOptions): Promise<JSHandle<R>>;
  waitForLoadState(state?: LoadState, options?: TimeOptions): Promise<void>;
  waitForNavigation(options?: NavigationOptions & { url?: UrlMatcher }): Promise<Response | null>;
  waitForSelector(selector: string, options?: WaitForSelectorOptions): Promise<ElementHandle | null>;
  waitForTimeout(timeout: number): Promise<void>;
  waitForURL(url: UrlMatcher, options?: NavigationOptions): Promise<void>;
}

export interface Page extends FrameApi, Events {
  addInitScript<Arg = any>(script: PageFunction<Arg, any> | { path?: string; content?: string }, arg?: Arg, options?: { exposeFunctions?: boolean }): Promise<Disposable_>;
  addLocatorHandler(locator: Locator, handler: (locator: Locator) => Promise<any>, options?: { noWaitAfter?: boolean; times?: number }): Promise<void>;
  ariaSnapshot(options?: SnapshotOptions): Promise<string>;
  ariaSnapshotJSON(options?: SnapshotOptions): Promise<any>;
  bringToFront(): Promise<void>;
  clearConsoleMessages(): Promise<void>;
  clearPageErrors(): Promise<void>;
  close(options?: { reason?: string; runBeforeUnload?: boolean }): Promise<void>;
  consoleMessages(options?: { filter?: 'all' | 'since-navigation' }): Promise<ConsoleMessage[]>;
  context(): BrowserContext;
  emulateMedia(options?: MediaOptions): Promise<void>;
  exposeBinding(name: string, callback: (source: BindingSource, ...args: any[]) => any, options?: { handle?: boolean }): Promise<Disposable_>;
  exposeFunction(name: string, callback: (...args: any[]) => any): Promise<Disposable_>;
  frame(selector: string | { name?: string; url?: UrlMatcher }): Frame | null;
  frames(): Frame[];
  goBack(options?: NavigationOptions): Promise<Response | null>;
  goForward(options?: NavigationOptions): Promise<Response | null>;
  hideHighlight(): Promise<void>;
  isClosed(): boolean;
  mainFrame(): Frame;
  opener(): Promise<Page | null>;
  pageErrors(options?: { filter?: 'all' | 'since-navigation' }): Promise<Error[]>;
  pdf(options?: PdfOptions): Promise<Buffer>;
  reload(options?: NavigationOptions): Promise<Response | null>;
  removeLocatorHandler(locator: Locator): Promise<void>;
  requestGC(): Promise<void>;
  requests(): Promise<Request[]>;
  route(url: UrlMatcher, handler: (route: Route, request: Request) => any, options?: RouteOptions): Promise<Disposable_>;
  routeFromHAR(har: string, options?: HarOptions): Promise<void>;
  routeWebSocket(url: UrlMatcher, handler: (route: WebSocketRoute) => any): Promise<void>;
  screenshot(options?: ScreenshotOptions): Promise<Buffer>;
  setDefaultNavigationTimeout(timeout: number): void;
  setDefaultTimeout(timeout: number): void;
  setExtraHTTPHeaders(headers: Headers_): Promise<void>;
  setViewportSize(size: { width: number; height: number }): Promise<void>;
  unroute(url: UrlMatcher, handler?: (route: Route, request: Request) => any): Promise<void>;
  unrouteAll(options?: { behavior?: 'wait' | 'ignoreErrors' | 'default' }): Promise<void>;
  video(): null;
  viewportSize(): { width: number; height: number } | null;
  waitForEvent(event: string, optionsOrPredicate?: ((value: any) => Maybe<boolean>) | (TimeOptions & { predicate?: (value: any) => Maybe<boolean> })): Promise<any>;
  waitForRequest(urlOrPredicate: string | RegExp | ((request: Request) => Maybe<boolean>), options?: TimeOptions): Promise<Request>;
  waitForResponse(urlOrPredicate: string | RegExp | ((response: Response) => Maybe<boolean>), options?: TimeOptions): Promise<Response>;
  workers(): Worker[];
  clock: Clock;
  coverage: Coverage;
  keyboard: Keyboard;
  localStorage: WebStorage;
  mouse: Mouse;
  request: APIRequestContext;
  sessionStorage: WebStorage;
  touchscreen: Touchscreen;
}

export interface Frame extends FrameApi {
  childFrames(): Frame[];
  frameElement(): Promise<ElementHandle>;
  isDetached(): boolean;
  name(): string;
  page(): Page;
  parentFrame(): Frame | null;
}

export interface Locator extends Finding {
  all(): Promise<Locator[]>;
  allInnerTexts(): Promise<string[]>;
  allTextContents(): Promise<string[]>;
  and(locator: Locator): Locator;
  ariaSnapshot(options?: SnapshotOptions): Promise<string>;
  ariaSnapshotJSON(options?: SnapshotOptions): Promise<any>;
  blur(options?: TimeOptions): Promise<void>;
  boundingBox(options?: TimeOptions): Promise<Box | null>;
  check(options?: CheckOptions): Promise<void>;
  clear(options?: ForceOptions): Promise<void>;
  click(options?: ClickOptions): Promise<void>;
  contentFrame(): FrameLocator;
  count(): Promise<number>;
  dblclick(options?: ClickOptions): Promise<void>;
  describe(description: string): Locator;
  description(): string | null;
  dispatchEvent(type: string, eventInit?: unknown, options?: TimeOptions): Promise<void>;
  dragTo(target: Locator, options?: DragOptions): Promise<void>;
  drop(payload: { files?: Files; data?: { [type: string]: string } }, options?: TimeOptions & { position?: Point }): Promise<void>;
  elementHandle(options?: TimeOptions): Promise<ElementHandle>;
  elementHandles(): Promise<ElementHandle[]>;
  evaluate<R, Arg = any>(pageFunction: ElementFunction<any, Arg, R>, arg?: Arg, options?: EvaluateOptions & TimeOptions): Promise<R>;
  evaluateAll<R, Arg = any>(pageFunction: ElementFunction<any[], Arg, R>, arg?: Arg, options?: EvaluateOptions): Promise<R>;
  evaluateHandle<R, Arg = any>(pageFunction: ElementFunction<any, Arg, R>, arg?: Arg, options?: EvaluateOptions & TimeOptions): Promise<JSHandle<R>>;
  fill(value: string, options?: ForceOptions): Promise<void>;
  filter(options?: FilterOptions): Locator;
  first(): Locator;
  focus(options?: TimeOptions): Promise<void>;
  frameLocator(selector: string): FrameLocator;
  getAttribute(name: string, options?: TimeOptions): Promise<string | null>;
  hideHighlight(): Promise<void>;
  highlight(options?: { style?: string | { [property: string]: string | number } }): Promise<Disposable_>;
  hover(options?: HoverOptions): Promise<void>;
  innerHTML(options?: TimeOptions): Promise<string>;
  innerText(options?: TimeOptions): Promise<string>;
  inputValue(options?: TimeOptions): Promise<string>;
  isChecked(options?: TimeOptions): Promise<boolean>;
  isDisabled(options?: TimeOptions): Promise<boolean>;
  isEditable(options?: TimeOptions): Promise<boolean>;
  isEnabled(options?: TimeOptions): Promise<boolean>;
  isHidden(): Promise<boolean>;
  isVisible(): Promise<boolean>;
  last(): Locator;
  locator(selectorOrLocator: string | Locator, options?: LocatorOptions): Locator;
  normalize(): Promise<Locator>;
  nth(index: number): Locator;
  or(locator: Locator): Locator;
  page(): Page;
  press(key: string, options?: KeyOptions): Promise<void>;
  pressSequentially(text: string, options?: KeyOptions): Promise<void>;
  screenshot(options?: ScreenshotOptions): Promise<Buffer>;
  scrollIntoViewIfNeeded(options?: TimeOptions): Promise<void>;
  selectOption(values: Choices, options?: ForceOptions): Promise<string[]>;
  selectText(options?: ForceOptions): Promise<void>;
  setChecked(checked: boolean, options?: CheckOptions): Promise<void>;
  setInputFiles(files: Files, options?: TimeOptions): Promise<void>;
  tap(options?: HoverOptions): Promise<void>;
  textContent(options?: TimeOptions): Promise<string | null>;
  toString(): string;
  type(text: string, options?: KeyOptions): Promise<void>;
  uncheck(options?: CheckOptions): Promise<void>;
  visible(): Locator;
  waitFor(options?: WaitForSelectorOptions): Promise<void>;
  waitForFunction<Arg = any>(pageFunction: ElementFunction<any, Arg, any>, arg?: Arg, options?: TimeOptions): Promise<void>;
  within(locator: Locator): Locator;
}

export interface FrameLocator extends Finding {
  first(): FrameLocator;
  frameLocator(selector: string): FrameLocator;
  last(): FrameLocator;
  locator(selectorOrLocator: string | Locator, options?: LocatorOptions): Locator;
  nth(index: number): FrameLocator;
  owner(): Locator;
}

export interface JSHandle<T = any> {
  asElement(): ElementHandle | null;
  dispose(): Promise<void>;
  evaluate<R, Arg = any>(pageFunction: ElementFunction<T, Arg, R>, arg?: Arg, options?: EvaluateOptions): Promise<R>;
  evaluateHandle<R, Arg = any>(pageFunction: ElementFunction<T, Arg, R>, arg?: Arg, options?: EvaluateOptions): Promise<JSHandle<R>>;
  getProperties(): Promise<Map<string, JSHandle>>;
  getProperty(name: string): Promise<JSHandle>;
  jsonValue(): Promise<T>;
}

export interface ElementHandle<T = any> extends JSHandle<T> {
  $(selector: string): Promise<ElementHandle | null>;
  $$(selector: string): Promise<ElementHandle[]>;
  $eval<R, Arg = any>(selector: string, pageFunction: ElementFunction<any, Arg, R>, arg?: Arg, options?: EvaluateOptions): Promise<R>;
  $$eval<R, Arg = any>(selector: string, pageFunction: ElementFunction<any[], Arg, R>, arg?: Arg, options?: EvaluateOptions): Promise<R>;
  boundingBox(): Promise<Box | null>;
  check(options?: CheckOptions): Promise<void>;
  click(options?: ClickOptions): Promise<void>;
  contentFrame(): Promise<Frame | null>;
  dblclick(options?: ClickOptions): Promise<void>;
  dispatchEvent(type: string, eventInit?: unknown): Promise<void>;
  fill(value: string, options?: ForceOptions): Promise<void>;
  focus(): Promise<void>;
  getAttribute(name: string): Promise<string | null>;
  hover(options?: HoverOptions): Promise<void>;
  innerHTML(): Promise<string>;
  innerText(): Promise<string>;
  inputValue(options?: TimeOptions): Promise<string>;
  isChecked(): Promise<boolean>;
  isDisabled(): Promise<boolean>;
  isEditable(): Promise<boolean>;
  isEnabled(): Promise<boolean>;
  isHidden(): Promise<boolean>;
  isVisible(): Promise<boolean>;
  ownerFrame(): Promise<Frame | null>;
  press(key: string, options?: KeyOptions): Promise<void>;
  screenshot(options?: ScreenshotOptions): Promise<Buffer>;
  scrollIntoViewIfNeeded(options?: TimeOptions): Promise<void>;
  selectOption(values: Choices, options?: ForceOptions): Promise<string[]>;
  selectText(options?: ForceOptions): Promise<void>;
  setChecked(checked: boolean, options?: CheckOptions): Promise<void>;
  setInputFiles(files: Files, options?: TimeOptions): Promise<void>;
  tap(options?: HoverOptions): Promise<void>;
  textContent(): Promise<string | null>;
  type(text: string, options?: KeyOptions): Promise<void>;
  uncheck(options?: CheckOptions): Promise<void>;
  waitForElementState(state: 'visible' | 'hidden' | 'stable' | 'enabled' | 'disabled' | 'editable', options?: TimeOptions): Promise<void>;
  waitForSelector(selector: string, options?: WaitForSelectorOptions): Promise<ElementHandle | null>;
}

export interface BrowserContext extends Events {
  addCookies(cookies: readonly Cookie[]): Promise<void>;
  addInitScript<Arg = any>(script: PageFunction<Arg, any> | { path?: string; content?: string }, arg?: Arg, options?: { exposeFunctions?: boolean }): Promise<Disposable_>;
  backgroundPages(): Page[];
  browser(): Browser | null;
  clearCookies(options?: { name?: TextOrExpression; domain?: TextOrExpression; path?: TextOrExpression }): Promise<void>;
  clearPermissions(): Promise<void>;
  close(options?: { reason?: string }): Promise<void>;
  cookies(urls?: string | readonly string[]): Promise<Cookie[]>;
  exposeBinding(name: string, callback: (source: BindingSource, ...args: any[]) => any, options?: { handle?: boolean }): Promise<Disposable_>;
  exposeFunction(name: string, callback: (...args: any[]) => any): Promise<Disposable_>;
  grantPermissions(permissions: readonly string[], options?: { origin?: string }): Promise<void>;
  isClosed(): boolean;
  newCDPSession(page: Page | Frame): Promise<CDPSession>;
  newPage(): Promise<Page>;
  pages(): Page[];
  route(url: UrlMatcher, handler: (route: Route, request: Request) => any, options?: RouteOptions): Promise<Disposable_>;
  routeFromHAR(har: string, options?: HarOptions): Promise<void>;
  routeWebSocket(url: UrlMatcher, handler: (route: WebSocketRoute) => any): Promise<void>;
  serviceWorkers(): Worker[];
  setDefaultNavigationTimeout(timeout: number): void;
  setDefaultTimeout(timeout: number): void;
  setExtraHTTPHeaders(headers: Headers_): Promise<void>;
  setGeolocation(geolocation: null | { latitude: number; longitude: number; accuracy?: number }): Promise<void>;
  setHTTPCredentials(credentials: null | Credentials_): Promise<void>;
  setOffline(offline: boolean): Promise<void>;
  setStorageState(state: string | Storage_): Promise<void>;
  storageState(options?: { indexedDB?: boolean; path?: string }): Promise<Storage_>;
  unroute(url: UrlMatcher, handler?: (route: Route, request: Request) => any): Promise<void>;
  unrouteAll(options?: { behavior?: 'wait' | 'ignoreErrors' | 'default' }): Promise<void>;
  waitForEvent(event: string, optionsOrPredicate?: ((value: any) => Maybe<boolean>) | (TimeOptions & { predicate?: (value: any) => Maybe<boolean> })): Promise<any>;
  clock: Clock;
  request: APIRequestContext;
  tracing: Tracing;
}

export interface Browser extends Events {
  browserType(): BrowserType;
  close(): Promise<void>;
  contexts(): BrowserContext[];
  isConnected(): boolean;
  newContext(options?: BrowserContextOptions): Promise<BrowserContext>;
  newPage(options?: BrowserContextOptions): Promise<Page>;
  version(): string;
}

export interface BrowserType {
  connect(endpoint?: string): Promise<Browser>;
  connectOverCDP(endpoint?: string): Promise<Browser>;
  launch(options?: object): Promise<Browser>;
  name(): string;
}

export interface Worker extends Events {
  evaluate<R, Arg = any>(pageFunction: PageFunction<Arg, R>, arg?: Arg, options?: EvaluateOptions): Promise<R>;
  evaluateHandle<R, Arg = any>(pageFunction: PageFunction<Arg, R>, arg?: Arg, options?: EvaluateOptions): Promise<JSHandle<R>>;
  url(): string;
  waitForEvent(event: string, optionsOrPredicate?: any): Promise<any>;
}

export interface CDPSession extends Events {
  detach(): Promise<void>;
  send(method: string, params?: object): Promise<any>;
}

export interface WebSocketRoute {
  close(options?: { code?: number; reason?: string }): Promise<void>;
  connectToServer(): WebSocketRoute;
  onClose(handler: (code?: number, reason?: string) => any): void;
  onMessage(handler: (message: string | Buffer) => any): void;
  protocols(): string[];
  send(message: string | Uint8Array): void;
  url(): string;
}

export interface APIRequest {
  newContext(options?: { baseURL?: string; extraHTTPHeaders?: Headers_; failOnStatusCode?: boolean; httpCredentials?: Credentials_; ignoreHTTPSErrors?: boolean; maxRedirects?: number; proxy?: { server: string; bypass?: string; username?: string; password?: string }; storageState?: string | Storage_; timeout?: number; userAgent?: string }): Promise<APIRequestContext>;
}

export interface APIRequestContext {
  addCookies(cookies: readonly Cookie[]): Promise<void>;
  clearCookies(options?: { name?: TextOrExpression; domain?: TextOrExpression; path?: TextOrExpression }): Promise<void>;
  cookies(urls?: string | readonly string[]): Promise<Cookie[]>;
  delete(url: string, options?: FetchOptions): Promise<APIResponse>;
  dispose(options?: { reason?: string }): Promise<void>;
  fetch(urlOrRequest: string | Request, options?: FetchOptions): Promise<APIResponse>;
  get(url: string, options?: FetchOptions): Promise<APIResponse>;
  head(url: string, options?: FetchOptions): Promise<APIResponse>;
  patch(url: string, options?: FetchOptions): Promise<APIResponse>;
  post(url: string, options?: FetchOptions): Promise<APIResponse>;
  put(url: string, options?: FetchOptions): Promise<APIResponse>;
  storageState(options?: { path?: string }): Promise<Storage_>;
  tracing: Tracing;
}

/** A run keeps what a failure needs by itself: everything here throws. */
export interface Tracing {}

export interface APIResponse {
  body(): Promise<Buffer>;
  dispose(): Promise<void>;
  headers(): Headers_;
  headersArray(): { name: string; value: string }[];
  json(): Promise<any>;
  ok(): boolean;
  serverAddr(): Promise<{ ipAddress: string; port: number } | null>;
  status(): number;
  statusText(): string;
  text(): Promise<string>;
  url(): string;
}

export interface Clock {
  fastForward(ticks: number | string): Promise<void>;
  install(options?: { time?: number | string | Date }): Promise<void>;
  pauseAt(time: number | string | Date): Promise<void>;
  resume(): Promise<void>;
  runFor(ticks: number | string): Promise<void>;
  setFixedTime(time: number | string | Date): Promise<void>;
  setSystemTime(time: number | string | Date): Promise<void>;
}

export interface ConsoleMessage {
  args(): JSHandle[];
  location(): { url: string; line: number; column: number; lineNumber: number; columnNumber: number };
  page(): Page | null;
  text(): string;
  timestamp(): number;
  type(): string;
  worker(): Worker | null;
}

export interface Coverage {
  startCSSCoverage(options?: { resetOnNavigation?: boolean }): Promise<void>;
  startJSCoverage(options?: { reportAnonymousScripts?: boolean; resetOnNavigation?: boolean }): Promise<void>;
  stopCSSCoverage(): Promise<{ url: string; text?: string; ranges: { start: number; end: number }[] }[]>;
  stopJSCoverage(): Promise<any[]>;
}

export interface Dialog {
  accept(promptText?: string): Promise<void>;
  defaultValue(): string;
  dismiss(): Promise<void>;
  message(): string;
  page(): Page | null;
  type(): string;
}

export interface Download {
  cancel(): Promise<void>;
  createReadStream(): Promise<AsyncIterable<Buffer>>;
  delete(): Promise<void>;
  failure(): Promise<string | null>;
  page(): Page;
  path(): Promise<string>;
  saveAs(path: string): Promise<void>;
  suggestedFilename(): string;
  url(): string;
}

export interface FileChooser {
  element(): ElementHandle;
  isMultiple(): boolean;
  page(): Page;
  setFiles(files: Files, options?: TimeOptions): Promise<void>;
}

export interface Keyboard {
  down(key: string): Promise<void>;
  insertText(text: string): Promise<void>;
  press(key: string, options?: { delay?: number }): Promise<void>;
  type(text: string, options?: { delay?: number }): Promise<void>;
  up(key: string): Promise<void>;
}

export interface Mouse {
  click(x: number, y: number, options?: { button?: Button; clickCount?: number; delay?: number }): Promise<void>;
  dblclick(x: number, y: number, options?: { button?: Button; delay?: number }): Promise<void>;
  down(options?: { button?: Button; clickCount?: number }): Promise<void>;
  move(x: number, y: number, options?: { steps?: number }): Promise<void>;
  up(options?: { button?: Button; clickCount?: number }): Promise<void>;
  wheel(deltaX: number, deltaY: number): Promise<void>;
}

export interface Touchscreen {
  tap(x: number, y: number): Promise<void>;
}

export interface Request {
  allHeaders(): Promise<Headers_>;
  existingResponse(): Response | null;
  failure(): { errorText: string } | null;
  frame(): Frame;
  headers(): Headers_;
  headersArray(): Promise<{ name: string; value: string }[]>;
  headerValue(name: string): Promise<string | null>;
  isNavigationRequest(): boolean;
  method(): string;
  postData(): string | null;
  postDataBuffer(): Buffer | null;
  postDataJSON(): any;
  redirectedFrom(): Request | null;
  redirectedTo(): Request | null;
  resourceType(): string;
  response(): Promise<Response | null>;
  serviceWorker(): Worker | null;
  sizes(): Promise<{ requestBodySize: number; requestHeadersSize: number; responseBodySize: number; responseHeadersSize: number }>;
  timing(): { [phase: string]: number };
  url(): string;
}

export interface Response {
  allHeaders(): Promise<Headers_>;
  body(): Promise<Buffer>;
  finished(): Promise<Error | null>;
  frame(): Frame;
  fromServiceWorker(): boolean;
  headers(): Headers_;
  headersArray(): Promise<{ name: string; value: string }[]>;
  headerValue(name: string): Promise<string | null>;
  headerValues(name: string): Promise<string[]>;
  httpVersion(): Promise<string>;
  json(): Promise<any>;
  ok(): boolean;
  request(): Request;
  securityDetails(): Promise<{ issuer?: string; protocol?: string; subjectName?: string; validFrom?: number; validTo?: number } | null>;
  serverAddr(): Promise<{ ipAddress: string; port: number } | null>;
  status(): number;
  statusText(): string;
  text(): Promise<string>;
  url(): string;
}

export interface Route {
  abort(errorCode?: string): Promise<void>;
  continue(options?: RequestOverrides): Promise<void>;
  fallback(options?: RequestOverrides): Promise<void>;
  fetch(options?: RequestOverrides & TimeOptions & { maxRedirects?: number; maxRetries?: number }): Promise<APIResponse>;
  fulfill(options?: { body?: string | Uint8Array; contentType?: string; headers?: Headers_; json?: unknown; path?: string; response?: APIResponse; status?: number }): Promise<void>;
  request(): Request;
}

export interface WebError {
  error(): Error;
  location(): { url: string; line: number; column: number };
  page(): Page | null;
}

export interface WebSocket extends Events {
  isClosed(): boolean;
  url(): string;
  waitForEvent(event: string, optionsOrPredicate?: any): Promise<any>;
}

export interface WebStorage {
  clear(): Promise<void>;
  getItem(name: string): Promise<string | null>;
  items(): Promise<{ name: string; value: string }[]>;
  removeItem(name: string): Promise<void>;
  setItem(name: string, value: string): Promise<void>;
}

export interface Selectors {
  setTestIdAttribute(name: string): void;
}
