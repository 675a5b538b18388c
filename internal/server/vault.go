package server

import (
	"context"
	"errors"
	"log/slog"

	"huifang/internal/config"
	"huifang/internal/keyring"
	"huifang/internal/store"
	"huifang/recording/archive"
	"huifang/recording/vault"
)

// StorageClient makes a client of the configured bucket, with the keys of the
// recordings.
func StorageClient(c config.Config, secret string) (*archive.Client, error) {
	var keys *vault.Vault
	if path := c.RecordingKeys(); path != "" {
		ring, err := keyring.Read(path)
		if err != nil {
			return nil, err
		}
		keys = vault.New(ring)
	} else if c.Storage.Encrypted() {
		return nil, errors.New("storage.key_file: recordings are encrypted, so a key file is required; `huifang key` makes one")
	}
	s := c.Storage
	return archive.New(archive.Config{Endpoint: s.Endpoint, TLS: s.TLS, CAFile: s.CAFile, Region: s.Region, Bucket: s.Bucket,
		AccessKey: s.AccessKey, SecretKey: secret, Socket: s.Socket, Vault: keys})
}

// missingKeys names the keys that recordings are encrypted with and the key
// file lacks, and says so in the log: calls go on without them, those
// recordings cannot be heard.
func missingKeys(ctx context.Context, c config.Storage, client *archive.Client, db *store.Store, log *slog.Logger) (missing []string, err error) {
	if !c.Encrypted() {
		log.Warn("recordings are not encrypted before they are sent (storage.encryption: off)")
	}
	used, err := db.KeysInUse(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range used {
		if !client.HasKey(id) {
			missing = append(missing, id)
			log.Error("the key of stored recordings is not in the key file: they cannot be heard until it is back", "key_id", id)
		}
	}
	return missing, nil
}
