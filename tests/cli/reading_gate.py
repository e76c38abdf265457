"""A gate in the middle of a run: the reader waits in it until the test has done its worst."""

import time

# Polls instead of waiting for a lock: the reader's lock_timeout must not end the wait. The step
# is counted in the reader's own snapshot, so a second attempt meets the second gate.
FUNCTION = """
CREATE FUNCTION public.reading_gate() RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
DECLARE step int := (SELECT count(*) FROM public.gate_steps);
BEGIN
  PERFORM pg_try_advisory_xact_lock_shared(2, step);
  WHILE NOT pg_try_advisory_xact_lock_shared(1, step) LOOP
    PERFORM pg_sleep(0.01);
  END LOOP;
  RETURN true;
END $$
"""
STEPS = 4
LONGEST_WAIT = 60


class ReadingGate:
    """Closed at first. Use `public.gate_view` as a table to be read before another one, or
    `public.reading_gate()` as the `where:` of a table to stop in the midst of reading it."""

    def __init__(self, database):
        self.step = 0
        database.execute("CREATE TABLE public.gate_steps (step int)", FUNCTION,
                         "CREATE VIEW public.gate_view AS SELECT 1 AS x WHERE reading_gate()")
        self.connection = database.connect()
        for step in range(STEPS):
            self.connection.execute("SELECT pg_advisory_lock(1, %s)", [step])

    def wait_for_reader(self, process):
        """Returns once the reader stands in the gate, its guard behind it."""
        self.wait_until(process, "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' "
                        f"AND classid = 2 AND objid = {self.step} AND objsubid = 2 AND database = "
                        "(SELECT oid FROM pg_database WHERE datname = current_database())")

    def wait_until(self, process, sql):
        deadline = time.monotonic() + LONGEST_WAIT
        while not self.connection.execute(sql).fetchone()[0]:
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < deadline, f"never true: {sql}"
            time.sleep(0.01)

    def open(self, closes_for_next_snapshot=False):
        """Lets the reader pass; who takes a snapshot from now on may have to wait again."""
        if closes_for_next_snapshot:
            self.connection.execute("INSERT INTO public.gate_steps VALUES (1)")
        self.connection.execute("SELECT pg_advisory_unlock(1, %s)", [self.step])
        self.step += closes_for_next_snapshot

    def close_again(self):
        self.connection.execute("SELECT pg_advisory_lock(1, %s)", [self.step])

    def close(self):
        self.connection.close()
