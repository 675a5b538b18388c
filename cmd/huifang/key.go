package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"huifang/internal/keyring"
	"huifang/recording/spool"
)

type keyCommand struct {
	File string `arg:"" help:"Key file (secrets.key_file, storage.key_file); it is made when it is not there."`
	ID   string `required:"" help:"Name of the new key, such as 2026b."`
}

func (c *keyCommand) Run() error { return addKey(c.File, c.ID) }

// addKey puts a new key in front of those of a file. The file is for its owner
// only, and is replaced whole or not at all.
func addKey(path, id string) error {
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read key file: %w", err)
	}
	line, err := keyring.NewLine(id)
	if err != nil {
		return err
	}
	if err := spool.WriteDurably(path, append([]byte(line), old...)); err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	if _, err := keyring.Read(path); err != nil {
		if old != nil {
			return errors.Join(err, spool.WriteDurably(path, old))
		}
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
