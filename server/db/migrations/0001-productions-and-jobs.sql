-- Ids sort by age as text, so they are compared byte by byte whatever the database's locale.
CREATE TABLE productions (
  id text COLLATE "C" PRIMARY KEY,
  version integer NOT NULL DEFAULT 1,
  prompt text NOT NULL,
  source text NOT NULL,
  options jsonb NOT NULL,
  model text NOT NULL,
  through text NOT NULL,
  autopilot integer NOT NULL,
  state text NOT NULL,
  waiting_for text,
  stopped text,
  stopped_because text,
  error jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE iterations (
  production_id text COLLATE "C" NOT NULL REFERENCES productions ON DELETE CASCADE,
  iteration integer NOT NULL,
  prompt text NOT NULL,
  take text,
  PRIMARY KEY (production_id, iteration)
);

CREATE TABLE uploads (
  id text COLLATE "C" PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL,
  file jsonb NOT NULL,
  video jsonb,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE worlds (
  id text COLLATE "C" PRIMARY KEY,
  name text NOT NULL,
  source text NOT NULL,
  production_id text COLLATE "C" REFERENCES productions ON DELETE CASCADE,
  iteration integer,
  take text,
  files jsonb NOT NULL,
  video jsonb,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX worlds_of_production ON worlds (production_id, iteration);

CREATE TABLE runs (
  id text COLLATE "C" PRIMARY KEY,
  world_id text COLLATE "C" NOT NULL REFERENCES worlds ON DELETE CASCADE,
  production_id text COLLATE "C" REFERENCES productions ON DELETE CASCADE,
  iteration integer,
  -- Made by the loop's own test; the others a person asked for.
  of_step boolean NOT NULL,
  seed bigint NOT NULL,
  agents integer NOT NULL,
  seconds double precision NOT NULL,
  pace text NOT NULL,
  result jsonb,
  files jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX runs_of_world ON runs (world_id);
CREATE INDEX runs_of_production ON runs (production_id, iteration);

CREATE TABLE jobs (
  id text COLLATE "C" PRIMARY KEY,
  kind text NOT NULL,
  -- Of a production's step; a run that a person asked for has none.
  production_id text COLLATE "C" REFERENCES productions ON DELETE CASCADE,
  iteration integer,
  run_id text COLLATE "C" REFERENCES runs ON DELETE CASCADE,
  state text NOT NULL,
  -- Counts up with every claim: the fencing token that a result is stored with.
  attempt integer NOT NULL DEFAULT 0,
  worker text,
  heartbeat_at timestamptz,
  -- The queue's message that may start it; any other is out of date.
  message uuid,
  priority integer NOT NULL DEFAULT 0,
  queued_at timestamptz NOT NULL DEFAULT now(),
  -- Size of the work in the unit of its kind, for estimates.
  work double precision NOT NULL,
  stage text NOT NULL DEFAULT '',
  fraction double precision NOT NULL DEFAULT 0,
  progress_message text NOT NULL DEFAULT '',
  error jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz
);
-- A production does one thing at a time, whatever goes wrong.
CREATE UNIQUE INDEX jobs_one_live_per_production ON jobs (production_id)
  WHERE production_id IS NOT NULL AND state IN ('queued', 'paused', 'running');
CREATE INDEX jobs_in_state ON jobs (state, queued_at);
CREATE INDEX jobs_of_production ON jobs (production_id, id);
CREATE INDEX jobs_of_run ON jobs (run_id);

CREATE TABLE steps (
  production_id text COLLATE "C" NOT NULL,
  iteration integer NOT NULL,
  step text NOT NULL,
  output jsonb NOT NULL,
  files jsonb NOT NULL,
  -- What people are shown of the files, so that a page needs no file: scorecards of a score.
  details jsonb,
  -- Null for what no job made: the take of an uploaded video.
  job_id text COLLATE "C",
  attempt integer,
  finished_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (production_id, iteration, step),
  FOREIGN KEY (production_id, iteration) REFERENCES iterations ON DELETE CASCADE
);
