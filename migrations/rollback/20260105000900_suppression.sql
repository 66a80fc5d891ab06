-- Undoes 20260105000900_suppression.sql. The list and its key are lost: keep a copy if objections must outlive this.

drop function if exists public.ms_unsuppress(uuid, text);
drop function if exists public.ms_suppress(uuid, text, text);
drop function if exists public.ms_suppressed(uuid, text[]);
drop function if exists public.ms_address_hash(text);
drop table if exists public.enrichment_suppressions;
drop table if exists public.enrichment_hash_keys;
