// The configuration: what `playwright.config.ts` beside the script says, over what the operator says.

import { report, settings } from './native.js';

/** What holds for the run. */
export const config = {
  use: {},
  timeout: 30_000,
  expectTimeout: 5_000,
  /** Defaults of `toPass`. */
  toPass: {},
  retries: 0,
  project: { name: '', use: {}, timeout: 30_000, retries: 0, testDir: '', metadata: {}, outputDir: '' },
  full: { projects: [], rootDir: '', version: '1.60.0', workers: 1, metadata: {}, configFile: undefined },
};

/** What is known and has no meaning for a monitor. */
const UNAVAILABLE = ['globalSetup', 'globalTeardown', 'webServer'];

/** Takes over the default export of a configuration file, if there is one, and the settings. */
export function adopt(exported) {
  const file = exported?.default ?? exported ?? {};
  const project = chooseProject(file.projects ?? []) ?? {};
  const ignored = UNAVAILABLE.filter((key) => file[key] !== undefined);
  if (project.dependencies?.length) ignored.push('dependencies');
  if (ignored.length) {
    report({ type: 'warning', message: `playwright.config: ${ignored.join(', ')} ${ignored.length > 1 ? 'are' : 'is'} not available in monitors` });
  }
  config.use = { ...file.use, ...project.use };
  if (settings.baseUrl) config.use.baseURL = settings.baseUrl;
  config.timeout = settings.timeout ?? project.timeout ?? file.timeout ?? 30_000;
  config.expectTimeout = settings.expectTimeout ?? project.expect?.timeout ?? file.expect?.timeout ?? 5_000;
  config.toPass = { ...file.expect?.toPass, ...project.expect?.toPass };
  config.retries = settings.retries ?? project.retries ?? file.retries ?? 0;
  config.project = {
    ...config.project,
    name: project.name ?? '',
    use: config.use,
    timeout: config.timeout,
    retries: config.retries,
    metadata: project.metadata ?? file.metadata ?? {},
    testDir: folder(project.testDir ?? file.testDir),
  };
  config.full = {
    ...config.full,
    projects: [config.project],
    rootDir: folder(file.testDir),
    metadata: file.metadata ?? {},
    configFile: settings.configFile,
  };
}

/** Returns the first project that means this script. */
function chooseProject(projects) {
  const means = ({ testDir, testMatch, testIgnore }) => holds(testDir) && matches(testMatch, true) && !matches(testIgnore, false);
  return projects.find(means) ?? projects[0];
}

/** Returns the path in the checkout of a folder that the configuration names. */
function folder(name = '.') {
  const parts = `${settings.configFile ?? ''}`.split('/').slice(0, -1);
  for (const part of name.split('/')) {
    if (part === '..') parts.pop();
    else if (part && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function holds(testDir) {
  const path = testDir === undefined ? '' : folder(testDir);
  return path === '' || settings.entry.startsWith(`${path}/`);
}

function matches(pattern, fallback) {
  if (pattern === undefined) return fallback;
  return [pattern].flat().some((one) => (one instanceof RegExp ? one.test(settings.entry) : globToRegExp(one).test(settings.entry)));
}

function globToRegExp(glob) {
  const source = glob
    .replace(/[.+^$()|[\]\\]/g, '\\$&')
    .replace(/\{([^}]*)\}/g, (_, list) => `(${list.replace(/,/g, '|')})`)
    .replace(/\*\*\/|\*\*|\*|\?/g, (star) => ({ '**/': '(.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' })[star]);
  return new RegExp(`(^|/)${source}$`);
}

/** `defineConfig`: later ones go over earlier ones. */
export function defineConfig(...parts) {
  return parts.reduce((all, part) => ({
    ...all,
    ...part,
    use: { ...all.use, ...part.use },
    expect: { ...all.expect, ...part.expect },
    projects: part.projects ?? all.projects,
  }), {});
}
