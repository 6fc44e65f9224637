-- What only a look at everybody can tell, as the cut-offs of an RFM: computed daily, kept with its age.
ALTER TABLE computed_trait ADD COLUMN recomputed jsonb, ADD COLUMN recomputed_at timestamptz;
