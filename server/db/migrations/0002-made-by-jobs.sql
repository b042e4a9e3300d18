-- What a job's attempt has put into storage while it goes on, by path: takes that are whole before the others are.
ALTER TABLE jobs ADD COLUMN made jsonb NOT NULL DEFAULT '{}'::jsonb;
