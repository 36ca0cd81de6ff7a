-- The keys of persons for terminals: one at a time, by the person's id; never a list, never a change (docs/adr/0018).

CREATE SCHEMA IF NOT EXISTS guard;

CREATE OR REPLACE FUNCTION guard.key_of(wanted uuid) RETURNS TABLE (key bytea)
LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT k.key FROM subject_key k WHERE k.subject_id = wanted $$;

CREATE OR REPLACE FUNCTION guard.make_key(wanted uuid, fresh bytea, at timestamptz) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER AS $$
    INSERT INTO subject_key (subject_id, key, created_at) VALUES (wanted, fresh, at) ON CONFLICT DO NOTHING
$$;
