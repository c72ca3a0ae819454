-- The three roles of Crampdiary on PostgreSQL. Run once by a superuser, before the first `migrate`;
-- running it again changes nothing. docs/operations.md says what comes before and after.

DO $$
BEGIN
    -- Owns the tables and changes their shape: `manage.py migrate` and nothing else.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cramp_owner') THEN
        CREATE ROLE cramp_owner LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS;
    END IF;
    -- Serves the site: reads and writes rows, and only those that row security lets through.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cramp_app') THEN
        CREATE ROLE cramp_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
    -- Reads everything for a backup: never given to a web host.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cramp_backup') THEN
        CREATE ROLE cramp_backup LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS;
        ALTER ROLE cramp_backup SET default_transaction_read_only = on;
    END IF;
END
$$;

-- The planner cannot know how many patients a policy lets through, guesses few, and then merges every
-- night of each of them with every cramp: 45 ms where a hash join takes 3 ms (list of 31 diaries).
ALTER ROLE cramp_app SET enable_mergejoin = off;

-- The list of ten thousand shared diaries looks costly enough for compiling its statement, which then takes
-- longer than the statement (0.8 s of 0.8 s for one count).
ALTER ROLE cramp_app SET jit = off;
