-- Undoes 20260105001400_repeats.sql.

drop function if exists public.ms_note_repeats(uuid, text, date, integer);
alter role mailsignal_worker reset synchronous_commit;
alter table public.enrichment_usage drop column if exists repeated;
