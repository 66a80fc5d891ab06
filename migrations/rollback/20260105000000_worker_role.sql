-- Undoes 20260105000000_worker_role.sql. The role itself goes only when no other database of the server uses it.

do $$
declare
  v_policy record;
begin
  for v_policy in
    select p.tablename, p.policyname
    from pg_catalog.pg_policies p
    where p.schemaname = 'public' and p.policyname in ('worker_reads', 'worker_inserts', 'worker_updates')
      and p.roles = array['mailsignal_worker']::name[]
  loop
    execute format('drop policy %I on public.%I', v_policy.policyname, v_policy.tablename);
  end loop;

  if exists (select 1 from pg_catalog.pg_roles where rolname = 'mailsignal_worker') then
    revoke all on all tables in schema public from mailsignal_worker;
    revoke all on all functions in schema public from mailsignal_worker;
    revoke all on schema public from mailsignal_worker;
  end if;
end
$$;

drop function if exists public.ms_tenant_pin();

do $$
begin
  drop role if exists mailsignal_worker;
exception
  when dependent_objects_still_exist then
    raise notice 'mailsignal_worker stays: another database has given it rights';
end
$$;
