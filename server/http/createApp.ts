import express, { type Express, type Request, type RequestHandler, type Response, Router } from 'express';
import { DirectorError } from '../../engine/errors.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { ServerConfig } from '../config.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { docsPage } from './docsPage.ts';
import { DEFAULT_LIMIT, limitRequests } from './limitRequests.ts';
import { describeApi } from './openapi.ts';
import { checkOrigin } from './originCheck.ts';
import { setRequestId } from './requestId.ts';
import type { Route } from './route.ts';
import { fileRoutes } from './routes/files.ts';
import { jobRoutes } from './routes/jobs.ts';
import { productionRoutes } from './routes/productions.ts';
import { runRoutes } from './routes/runs.ts';
import { seedNameRoutes } from './routes/seedNames.ts';
import { uploadRoutes } from './routes/uploads.ts';
import { worldRoutes } from './routes/worlds.ts';
import { PAGE_POLICY, securityHeaders } from './securityHeaders.ts';
import { errorHandler } from './sendError.ts';
import type { Services } from './services.ts';
import { studioFiles } from './studioFiles.ts';

/** A prompt is 2,000 letters; nothing that is sent as JSON comes near it. */
const LARGEST_JSON_BYTES = 256 * 1024;
/** A body of this size comes in a moment; one that trickles holds a connection on purpose. */
const JSON_MILLISECONDS = 15_000;

export interface AppOptions {
  config: Pick<ServerConfig, 'origins' | 'webFolder'>;
  log: Log;
  metrics: Metrics;
}

export interface App {
  handler: Express;
  /** Opens the API: until then it answers STARTING. */
  attach(services: Services): void;
  /** From now on nothing new is begun; what is read can still be read. */
  drain(): void;
}

export function apiRoutes(services: Services): Route[] {
  return [
    ...productionRoutes(services),
    ...worldRoutes(services),
    ...runRoutes(services),
    ...uploadRoutes(services),
    ...fileRoutes(services),
    ...jobRoutes(services),
    ...seedNameRoutes(services),
  ];
}

/** Everything that is served over HTTP, in the order in which a request meets it. */
export function createApp({ config, log, metrics }: AppOptions): App {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  let api: Router | undefined;
  let draining = false;
  const startedAt = performance.now();

  app.use(logRequests(log, metrics));
  app.use(securityHeaders);
  app.use((request, _response, next) => {
    checkOrigin(request, config.origins);
    next();
  });
  app.get('/health', (_request, response) => {
    response.setHeader('Cache-Control', 'no-store');
    const uptimeSeconds = Math.round((performance.now() - startedAt) / 1000);
    response.json({ status: 'ok', version: packageJson.version, uptimeSeconds });
  });
  app.get('/ready', (_request, response) => {
    if (!api) throw starting();
    if (draining) throw shuttingDown();
    response.setHeader('Cache-Control', 'no-store');
    response.json({ ready: true });
  });
  app.get('/metrics', async (_request, response) => {
    response.setHeader('Cache-Control', 'no-store');
    response.type(metrics.contentType).send(await metrics.read());
  });
  app.use('/api', (request, response, next) => {
    if (!api) throw starting();
    if (draining && request.method !== 'GET' && request.method !== 'HEAD') throw shuttingDown();
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  app.use('/api', limitRequests(DEFAULT_LIMIT));
  // Mounted at the root, because the routes are declared with their whole path.
  app.use((request, response, next) => (api ? api(request, response, next) : next()));
  app.use('/api', request => {
    throw new DirectorError(
      'ROUTE_UNKNOWN',
      `There is no ${request.method} ${request.originalUrl.slice(0, 200)}.`,
    );
  });
  app.use(studioFiles(config.webFolder));
  app.use(request => {
    throw new DirectorError('ROUTE_UNKNOWN', `There is no page ${request.originalUrl.slice(0, 200)}.`, {
      suggestion: 'The studio is at /, the API at /api/docs.',
    });
  });
  app.use(errorHandler(log));

  return {
    handler: app,
    attach(services) {
      api = createApi(apiRoutes(services));
    },
    drain() {
      draining = true;
    },
  };
}

function createApi(routes: readonly Route[]): Router {
  const router = Router({ caseSensitive: true });
  const parseJson = express.json({ limit: LARGEST_JSON_BYTES, type: 'application/json' });
  for (const each of routes) {
    const handlers = each.body ? [limitTime, requireJson, parseJson, each.handler] : [each.handler];
    router[each.method](each.path, ...handlers);
  }
  const document = describeApi(routes);
  const page = docsPage(document);
  router.get('/api/docs', (request, response) => {
    response.setHeader('Vary', 'Accept');
    if (request.accepts(['json', 'html']) === 'html') {
      response.setHeader('Content-Security-Policy', PAGE_POLICY);
      response.type('html').send(page);
    } else response.json(document);
  });
  router.get('/api/docs/openapi.json', (_request, response) => {
    response.json(document);
  });
  const methods = new Map<string, Set<string>>();
  for (const { path, method } of [...routes, ...DOCS_ROUTES])
    methods.set(path, (methods.get(path) ?? new Set()).add(method.toUpperCase()));
  for (const [path, allowed] of methods) {
    if (allowed.has('GET')) allowed.add('HEAD');
    router.all(path, (request, response) => {
      response.setHeader('Allow', [...allowed].join(', '));
      throw new DirectorError('METHOD_UNKNOWN', `${request.method} does not go with ${path}.`);
    });
  }
  return router;
}

const DOCS_ROUTES = [
  { path: '/api/docs', method: 'get' },
  { path: '/api/docs/openapi.json', method: 'get' },
];

/** A body of another kind would be left unread and the request refused for what it seems to lack. */
const requireJson: RequestHandler = (request, _response, next) => {
  const empty = request.headers['content-length'] === '0' || !hasBody(request);
  if (empty) request.body = {};
  else if (!request.is('application/json'))
    throw new DirectorError(
      'CONTENT_TYPE_WRONG',
      `The body is '${(request.headers['content-type'] ?? 'untyped').slice(0, 100)}', not JSON.`,
    );
  next();
};

function hasBody(request: Request): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined || request.headers['content-length'] !== undefined
  );
}

const limitTime: RequestHandler = (request, response, next) => {
  const timer = setTimeout(() => {
    response.setHeader('Connection', 'close');
    next(new DirectorError('REQUEST_TIMEOUT', `The body took longer than ${JSON_MILLISECONDS / 1000} s.`));
  }, JSON_MILLISECONDS);
  for (const event of ['end', 'close']) request.once(event, () => clearTimeout(timer));
  next();
};

function logRequests(log: Log, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const requestId = setRequestId(request, response);
    const startedAt = performance.now();
    response.once('close', () => {
      const seconds = (performance.now() - startedAt) / 1000;
      const route = routeOf(request, response);
      metrics.observeRequest(request.method, route, response.statusCode, seconds);
      log.info(
        {
          quiet: true,
          requestId,
          method: request.method,
          url: request.originalUrl.slice(0, 500),
          status: response.statusCode,
          milliseconds: Math.round(seconds * 1e4) / 10,
          finished: response.writableFinished,
        },
        'request',
      );
    });
    next();
  };
}

/** As declared, so that metrics do not grow with what is asked for. */
function routeOf(request: Request, response: Response): string {
  const { route } = request as { route?: { path?: unknown } };
  if (typeof route?.path === 'string') return route.path;
  return response.statusCode === 404 ? 'unknown' : 'studio';
}

function starting(): DirectorError {
  return new DirectorError('STARTING', 'The server is still starting.');
}

function shuttingDown(): DirectorError {
  return new DirectorError('SHUTTING_DOWN', 'The server is shutting down.');
}
