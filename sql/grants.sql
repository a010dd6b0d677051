-- The least that Sluice needs on a MariaDB or MySQL server. Run it as an administrator, with the password given on
-- standard input so that it appears in no process list and no history:
--   { echo "SET @sluice_password = '…';"; cat sql/grants.sql; } | mariadb
-- For another schema, replace Atliqsale below. For an agent on another host, replace 'localhost'.

-- The account. Without a password set above this statement fails, so no account with a known password can appear.
SET @sluice_create = CONCAT('CREATE USER ''sluice''@''localhost'' IDENTIFIED BY ', QUOTE(@sluice_password));
PREPARE sluice_create FROM @sluice_create;
EXECUTE sluice_create;
DEALLOCATE PREPARE sluice_create;
SET @sluice_create = NULL, @sluice_password = NULL;

-- Reads the schema's tables and sees their definitions. The only privilege without which nothing works.
-- Sluice writes nothing to the source: no INSERT, no LOCK TABLES, no CREATE TEMPORARY TABLES.
GRANT SELECT ON Atliqsale.* TO 'sluice'@'localhost';

-- Sees which transactions are still open and whether several connections read one state of the database. With it, a row
-- that is committed late is never missed. Without it every run reads the last 15 minutes again (no_process_margin) and
-- says that rows of longer transactions can be missed.
-- It also shows the statements that other sessions run; leave it out where that is not acceptable.
GRANT PROCESS ON *.* TO 'sluice'@'localhost';
