package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"

	"huifang/internal/keyring"
	"huifang/recording/vault"
)

type openCommand struct {
	Object string `arg:"" type:"existingfile" help:"Encrypted recording, as it was taken from the bucket (.wav.age)."`
	Keys   string `required:"" type:"existingfile" help:"Key file (storage.key_file)."`
	Out    string `required:"" help:"Where the recording is written to; it must not be there yet."`
}

// Run decrypts an object with nothing but the key file. What is written is whole
// and unaltered, or it is not there.
func (c *openCommand) Run() error {
	ring, err := keyring.Read(c.Keys)
	if err != nil {
		return err
	}
	in, err := os.Open(c.Object)
	if err != nil {
		return err
	}
	defer in.Close()
	claim, err := vault.ReadHeader(in)
	if err != nil {
		return err
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read object: %w", err)
	}
	plain, h, err := vault.New(ring).Stream(in, claim.Recording)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(c.Out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(out, sum), plain)
	if err = errors.Join(err, out.Close()); err != nil {
		return errors.Join(err, os.Remove(c.Out))
	}
	fmt.Printf("recording %s, key %s, SHA-256 %x\n", h.Recording, h.KeyID, sum.Sum(nil))
	return nil
}
