-- Undoes 20260105001600_own_domains.sql.

drop function if exists public.ms_own_domains(uuid);
