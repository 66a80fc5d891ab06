-- What Supabase's database advisor complains of, in queries of our own, numbered as there. Each lint fails with the names of
-- the objects; at the end each is shown a bad object, so that a lint which sees nothing is noticed.

begin;
select * from no_plan();

create temp view tables as
select c.oid, c.relname as name, c.relrowsecurity as secured
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e');

create temp view policies as
select t.oid, t.name as table_name, t.secured, p.polname as name, p.polpermissive as permissive, p.polroles as roles,
       case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end
         as command,
       lower(coalesce(pg_get_expr(p.polqual, p.polrelid), '')) as reads,
       lower(coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')) as writes
from pg_policy p join tables t on t.oid = p.polrelid;

create temp view functions as
select p.oid, p.oid::regprocedure::text as name, p.prosecdef as definer, p.proconfig as config
from pg_proc p
where p.pronamespace = 'public'::regnamespace
  and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e');

create temp view views as
select c.oid, c.relname as name, coalesce(c.reloptions, '{}') as options
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('v', 'm')
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e');

create temp view findings (lint, object) as
-- a foreign key is not the beginning of any valid index
select '0001 unindexed foreign key', format('%s.%s', t.name, c.conname)
from pg_constraint c join tables t on t.oid = c.conrelid
where c.contype = 'f' and not exists (
  select from pg_index i
  where i.indrelid = c.conrelid and i.indisvalid
    and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] = c.conkey)
union all
-- a view that the API shows reads auth.users
select distinct '0002 users exposed', v.name::text
from views v
join pg_rewrite r on r.ev_class = v.oid
join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refobjid = 'auth.users'::regclass
where has_table_privilege('anon', v.oid, 'select') or has_table_privilege('authenticated', v.oid, 'select')
union all
-- a setting or the user's id is read anew for each row
select '0003 read for each row', format('%s.%s', p.table_name, p.name)
from policies p
where regexp_replace(p.reads || ' ' || p.writes, 'select\s+(auth\.(uid|jwt|role|email)|current_setting)\(', '', 'g')
      ~ '(auth\.(uid|jwt|role|email)|current_setting)\('
union all
select '0004 no primary key', t.name::text
from tables t where not exists (select from pg_index i where i.indrelid = t.oid and i.indisprimary)
union all
-- several permissive policies for one role and command
select '0006 several permissive policies', format('%s: %s, %s', p.table_name, r.rolname, c.command)
from policies p
cross join (values ('select'), ('insert'), ('update'), ('delete')) as c (command)
join pg_roles r on (r.oid = any (p.roles) or p.roles = '{0}') and not r.rolbypassrls and r.rolname !~ '^pg_'
where p.permissive and p.command in ('all', c.command)
group by p.table_name, r.rolname, c.command
having count(*) > 1
union all
select '0007 policy without row security', format('%s.%s', p.table_name, p.name) from policies p where not p.secured
union all
select '0008 row security without policy', t.name::text
from tables t where t.secured and not exists (select from policies p where p.oid = t.oid)
union all
select '0009 duplicate index', string_agg(i.indexrelid::regclass::text, ' = ' order by i.indexrelid::regclass::text)
from pg_index i join tables t on t.oid = i.indrelid join pg_class c on c.oid = i.indexrelid
group by i.indrelid, replace(replace(pg_get_indexdef(i.indexrelid), c.relname, ''), 'UNIQUE ', '')
having count(*) > 1
union all
-- a view that the API shows runs with its owner's rights
select '0010 view of its owner', v.name::text
from views v
where not v.options && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1', 'security_invoker=yes']
  and (has_table_privilege('anon', v.oid, 'select') or has_table_privilege('authenticated', v.oid, 'select'))
union all
select '0011 search_path not fixed', f.name
from functions f
where not exists (select from unnest(f.config) s where s like 'search_path=%')
union all
select '0013 no row security', t.name::text
from tables t
where not t.secured
  and (has_table_privilege('anon', t.oid, 'select, insert, update, delete')
       or has_table_privilege('authenticated', t.oid, 'select, insert, update, delete'))
union all
-- users may edit their own metadata
select '0015 policy trusts user metadata', format('%s.%s', p.table_name, p.name)
from policies p where p.reads || ' ' || p.writes ~ 'user_metadata'
union all
-- anybody may write
select '0024 policy that is always true', format('%s.%s', p.table_name, p.name)
from policies p
where p.permissive and p.command <> 'select'
  and (p.roles = '{0}' or p.roles && array[to_regrole('anon')::oid, to_regrole('authenticated')::oid])
  and (p.writes in ('true', '(true)')
       or p.writes = '' and p.command <> 'insert' and p.reads in ('true', '(true)')
       or p.command = 'delete' and p.reads in ('true', '(true)'))
union all
select '0028 definer''s function open to anon', f.name
from functions f where f.definer and has_function_privilege('anon', f.oid, 'execute')
union all
select '0029 definer''s function open to users', f.name
from functions f where f.definer and has_function_privilege('authenticated', f.oid, 'execute');

create temp table lints (lint text) on commit drop;
insert into lints values
  ('0001 unindexed foreign key'), ('0002 users exposed'), ('0003 read for each row'), ('0004 no primary key'),
  ('0006 several permissive policies'), ('0007 policy without row security'), ('0008 row security without policy'),
  ('0009 duplicate index'), ('0010 view of its owner'), ('0011 search_path not fixed'), ('0013 no row security'),
  ('0015 policy trusts user metadata'), ('0024 policy that is always true'),
  ('0028 definer''s function open to anon'), ('0029 definer''s function open to users');

select is((select string_agg(f.object, '; ' order by f.object) from findings f where f.lint = l.lint), null, l.lint)
from lints l order by l.lint;

-- Bad objects, one for each lint.
create table public.bad_bare (a uuid references public.tenants (id), tenant_id uuid);              -- 0001, 0004, 0013
create view public.bad_view as select u.id from auth.users u;                                      -- 0002, 0010
create table public.bad_policies (id uuid primary key);
alter table public.bad_policies enable row level security;
create policy per_row on public.bad_policies for select to authenticated using (id = auth.uid());  -- 0003
create policy second on public.bad_policies for select to authenticated                            -- 0006, 0015
  using ((select auth.jwt()) -> 'user_metadata' ->> 'x' = 'y');
create policy anything on public.bad_policies for delete to anon using (true);                     -- 0024
create table public.bad_unsecured (id uuid primary key);
create policy idle on public.bad_unsecured for select to authenticated using (false);              -- 0007
create table public.bad_silent (id uuid primary key);
alter table public.bad_silent enable row level security;                                           -- 0008
create index bad_one on public.bad_silent ((id::text));
create index bad_two on public.bad_silent ((id::text));                                            -- 0009
create function public.bad_function() returns integer language sql security definer as 'select 1'; -- 0011, 0028, 0029

select ok(exists (select from findings f where f.lint = l.lint and f.object ~ 'bad_'), 'is noticed: ' || l.lint)
from lints l order by l.lint;

select * from finish();
rollback;
