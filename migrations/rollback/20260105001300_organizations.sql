-- Undoes 20260105001300_organizations.sql.

drop function if exists public.ms_claim_organization(text, numeric, interval);
drop function if exists public.ms_settle_organization(text, uuid, jsonb);
drop function if exists public.ms_release_organization(text, uuid, text);
drop function if exists public.ms_purge_organizations(integer, integer);
drop table if exists public.enrichment_organizations;
