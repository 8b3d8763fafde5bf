// The configuration: what `playwright.config.ts` beside the script says, over what the operator says.

import { report, settings } from './native.js';

/** What holds for the run. */
export const config = {
  use: {},
  timeout: 30_000,
  expectTimeout: 5_000,
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
  if (settings.baseUrl !== undefined) config.use.baseURL = settings.baseUrl;
  config.timeout = settings.timeout ?? project.timeout ?? file.timeout ?? 30_000;
  config.expectTimeout = settings.expectTimeout ?? project.expect?.timeout ?? file.expect?.timeout ?? 5_000;
  config.retries = settings.retries ?? project.retries ?? file.retries ?? 0;
  config.project = { ...config.project, name: project.name ?? '', use: config.use, timeout: config.timeout, retries: config.retries };
  config.full = { ...config.full, projects: [config.project], metadata: file.metadata ?? {}, configFile: settings.configFile };
}

/** Returns the first project that means this script. */
function chooseProject(projects) {
  return projects.find((project) => matches(project.testMatch, true) && !matches(project.testIgnore, false)) ?? projects[0];
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
