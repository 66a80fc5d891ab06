-- Undoes 20260105001000_erasure.sql. What was erased stays erased; the log of erasures is lost.

drop function if exists public.ms_erase_person(uuid, text, text, boolean);
drop function if exists public.ms_json_without(jsonb, text);
drop function if exists public.ms_text_without(text, text);
drop table if exists public.enrichment_erasures;
