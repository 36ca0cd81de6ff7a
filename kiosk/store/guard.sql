-- What stands between a terminal's login and the people in the hall store (docs/adr/0018). Applied by `hall roles`;
-- every statement may be repeated. Functions run with the owner's rights on purpose; each answers about one thing only.

CREATE SCHEMA IF NOT EXISTS guard;

-- What each terminal asked for. No terminal can read, change or delete a row, nor take one back by a rollback: what was
-- asked for may be seen only by a later transaction than the one that asked.
CREATE TABLE IF NOT EXISTS guard.sought (
    terminal text NOT NULL,
    kind text NOT NULL,
    subject uuid,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    tx xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX IF NOT EXISTS sought_of_terminal ON guard.sought (terminal, kind, subject, at);

CREATE OR REPLACE FUNCTION guard.terminal() RETURNS text LANGUAGE sql STABLE AS
$$ SELECT upper(substr(session_user, 11)) $$;

-- Sequences do not roll back: a budget that cannot be reset by aborting the transaction. 20 a minute, 1,500 a day.
CREATE OR REPLACE FUNCTION guard.within(counter text, seconds integer, most integer) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    name text := format('guard.%I', counter || '_' || lower(guard.terminal()));
    opened bigint := floor(extract(epoch FROM clock_timestamp()) / seconds)::bigint * 100000;
    spent bigint;
BEGIN
    spent := nextval(name::regclass);
    IF spent < opened THEN
        PERFORM setval(name::regclass, opened + 1);
        spent := opened + 1;
    END IF;
    RETURN spent - opened <= most;
END $$;

CREATE OR REPLACE FUNCTION guard.spend(kind text) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF guard.within('minute', 60, 20) AND guard.within('day', 86400, 1500) THEN
        RETURN true;
    END IF;
    RAISE LOG 'reception: terminal % asked too often (%)', guard.terminal(), kind;
    RETURN false;
END $$;

-- Each of these notes that the terminal asked, found or not, and says only whether it asked too often.

CREATE OR REPLACE FUNCTION guard.seek_number(wanted text) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    IF NOT guard.spend('person') THEN RETURN false; END IF;
    INSERT INTO guard.sought (terminal, kind, subject)
    SELECT guard.terminal(), 'person', (SELECT id FROM employee WHERE staff_number = wanted);
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION guard.seek_token(wanted_kind text, wanted bytea) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    IF NOT guard.spend('person') THEN RETURN false; END IF;
    INSERT INTO guard.sought (terminal, kind, subject)
    SELECT guard.terminal(), 'person',
           (SELECT t.employee_id FROM employee_token t WHERE t.kind = wanted_kind AND t.digest = wanted);
    RETURN true;
END $$;

-- By face: somebody who is enrolled at this very terminal, and nobody else.
CREATE OR REPLACE FUNCTION guard.seek_enrolled(wanted uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    IF NOT guard.spend('person') THEN RETURN false; END IF;
    INSERT INTO guard.sought (terminal, kind, subject)
    SELECT guard.terminal(), 'person', CASE WHEN guard.enrolled_here(wanted) THEN wanted END;
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION guard.seek_appeal(wanted text, code text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    IF NOT guard.spend('appeal') THEN RETURN false; END IF;
    INSERT INTO guard.sought (terminal, kind, subject)
    SELECT guard.terminal(), 'appeal', (SELECT id FROM appeal WHERE number = wanted AND query_code = code);
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION guard.seek_booking(wanted text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    IF NOT guard.spend('booking') THEN RETURN false; END IF;
    INSERT INTO guard.sought (terminal, kind, subject)
    SELECT guard.terminal(), 'booking', (SELECT id FROM booking WHERE code = wanted);
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION guard.seek_login(wanted text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
    IF NOT guard.spend('login') THEN RETURN false; END IF;
    INSERT INTO guard.sought (terminal, kind, subject)
    SELECT guard.terminal(), 'login', (SELECT id FROM staff WHERE login = wanted);
    RETURN true;
END $$;

-- Asked for by this terminal in the last half hour, in a transaction that is over.
CREATE OR REPLACE FUNCTION guard.knows(wanted_kind text, wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT EXISTS (
        SELECT 1 FROM guard.sought s
        WHERE s.terminal = guard.terminal() AND s.kind = wanted_kind AND s.subject = wanted
          AND s.at > clock_timestamp() - interval '30 minutes'
          AND s.tx IS DISTINCT FROM pg_current_xact_id_if_assigned())
$$;

CREATE OR REPLACE FUNCTION guard.enrolled_here(person uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT EXISTS (SELECT 1 FROM enrolment
                   WHERE employee_id = person AND device = guard.terminal() AND removed_at IS NULL)
$$;

CREATE OR REPLACE FUNCTION guard.owner_of(wanted_kind text, wanted bytea) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT employee_id FROM employee_token t
    WHERE t.kind = wanted_kind AND t.digest = wanted AND guard.knows('person', t.employee_id)
$$;

CREATE OR REPLACE FUNCTION guard.masked_name(person uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT CASE WHEN length(name) > 2 AND left(name, 2) = ANY (:compound) THEN left(name, 2) ELSE left(name, 1) END || '*'
    FROM employee WHERE id = person AND guard.knows('person', id)
$$;

CREATE OR REPLACE FUNCTION guard.works_here(person uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT EXISTS (SELECT 1 FROM employee WHERE id = person AND status <> 'left')
       AND (guard.knows('person', person) OR guard.enrolled_here(person))
$$;

-- A kiosk names only whom it asked for, and leaves to the desk what only a clerk may say of a visitor.
CREATE OR REPLACE FUNCTION guard.visit_fits(visit_id uuid, person uuid, strength text, checked boolean) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT (person IS NULL OR guard.knows('person', person) OR coalesce(old.employee_id = person, false))
       AND (NOT checked OR coalesce(old.identity_checked, false))
       AND (strength <> 'vouched' OR coalesce(old.proof = strength, false))
    FROM (SELECT 1) one LEFT JOIN visit old ON old.id = visit_id
$$;

-- An order stays what the desk gave: who takes it adds when and with what outcome.
CREATE OR REPLACE FUNCTION guard.order_stands(order_id uuid, wanted_verb text, wanted_argument text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT EXISTS (SELECT 1 FROM terminal_order o WHERE o.id = order_id AND o.terminal = guard.terminal()
                   AND o.verb = wanted_verb AND o.argument = wanted_argument)
$$;

-- A slip the desk wants printed again here, whoever took the number.
CREATE OR REPLACE FUNCTION guard.to_print(wanted_visit uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT EXISTS (SELECT 1 FROM terminal_order o JOIN ticket t ON t.id::text = o.argument
                   WHERE o.terminal = guard.terminal() AND o.verb = 'print' AND o.done_at IS NULL
                     AND t.visit_id = wanted_visit)
$$;

-- Numbers a terminal gave while it was cut off may come home after their day was closed, as expired ones.
CREATE OR REPLACE FUNCTION guard.own_spare(day date, series text, given integer, wanted_visit uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT EXISTS (SELECT 1 FROM number_block b
                   WHERE b.service_date = day AND b.letter = series AND b.terminal = guard.terminal()
                     AND given BETWEEN b.first AND b.last)
       AND EXISTS (SELECT 1 FROM visit v WHERE v.id = wanted_visit AND v.terminal = guard.terminal())
$$;

-- A block stays what was reserved: its terminal may only settle it.
CREATE OR REPLACE FUNCTION guard.block_stands(
    block_id uuid, day date, series text, first_number integer, last_number integer
) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT EXISTS (SELECT 1 FROM number_block b
                   WHERE b.id = block_id AND b.service_date = day AND b.letter = series AND b.first = first_number
                     AND b.last = last_number AND b.terminal = guard.terminal())
$$;
