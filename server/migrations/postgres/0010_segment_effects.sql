-- How those are treated who enter or leave by a change of the rule itself: false = quietly.
ALTER TABLE segment ADD COLUMN fires boolean NOT NULL DEFAULT false;
