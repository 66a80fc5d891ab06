-- A tenant's own domains, as far as its users' addresses tell them: colleagues are not enriched.
--
-- Free-mail hosts among them are the caller's to leave out. The worker may not read profiles; it gets domains, and those
-- of the one tenant that its session may be bound to.

create or replace function public.ms_own_domains(p_tenant_id uuid)
returns text[]
language sql stable security definer
set search_path = ''
as $$
  select coalesce(array_agg(distinct d.domain), '{}')
  from public.profiles p
  cross join lateral (select lower(split_part(btrim(to_jsonb(p) ->> 'email'), '@', 2)) as domain) d
  where p.tenant_id = p_tenant_id
    and p_tenant_id = coalesce(public.ms_tenant_pin(), p_tenant_id)
    and d.domain ~ '^[^[:space:]@]+\.[^[:space:]@.]+$'
$$;

comment on function public.ms_own_domains(uuid) is 'The domains of the addresses of a tenant''s users.';

revoke execute on function public.ms_own_domains(uuid) from public, anon, authenticated;
grant execute on function public.ms_own_domains(uuid) to mailsignal_worker, service_role;
