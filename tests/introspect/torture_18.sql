CREATE TABLE "Torture Test".virtual (
    a integer NOT NULL,
    b integer GENERATED ALWAYS AS (a + 1) VIRTUAL,
    CONSTRAINT virtual_loose_chk CHECK (a > 0) NOT ENFORCED
);
CREATE TABLE "Torture Test".room (
    id integer,
    during daterange,
    CONSTRAINT room_pk PRIMARY KEY (id, during WITHOUT OVERLAPS)
);
CREATE TABLE "Torture Test".booking (
    room_id integer,
    during daterange,
    UNIQUE (room_id, during WITHOUT OVERLAPS),
    CONSTRAINT booking_fk FOREIGN KEY (room_id, PERIOD during) REFERENCES "Torture Test".room (id, PERIOD during)
);
