-- Of a device a word in force for each of its owners: whose it was when that was said (a birth id);
-- zero: nobody's, or no device. What others said there since takes nobody's word away.
ALTER TABLE consent_state ADD COLUMN owner uuid NOT NULL
  DEFAULT '00000000-0000-0000-0000-000000000000';
ALTER TABLE consent_state DROP CONSTRAINT consent_state_pkey;
ALTER TABLE consent_state ADD PRIMARY KEY (workspace, identifier, purpose, channel, owner);
