-- +goose Up
-- Recordings that somebody must look into are counted every few seconds.
CREATE INDEX recording_lost ON recording (instance, state) WHERE state IN ('failed','missing');
