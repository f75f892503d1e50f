<?php

/**
 * The module's sentences in Indonesian. %s is the name of the service; in the cron's, when it last ran.
 */

return [
    'frame_title' => 'Email untuk %s',
    'open' => 'Buka pengaturan email',
    'new_tab' => 'Buka di tab baru',
    'no_access' => 'Pengguna Anda tidak boleh membuka layanan ini. Pemilik akun dapat memberi Anda izin untuk masuk tunggal '
        . '(single sign-on).',
    'unavailable' => 'Pengaturan email tidak dapat dibuka saat ini. Silakan coba lagi nanti atau buka tiket.',
    'password_refused' => 'Kata sandi ini tidak diterima. Kata sandi memerlukan minimal 10 karakter, di antaranya huruf '
        . 'besar, huruf kecil, angka, dan karakter khusus, tanpa spasi, dan belum pernah digunakan sebelumnya.',
    'password_unchanged' => 'Kata sandi tidak dapat diubah saat ini. Silakan coba lagi nanti atau buka tiket.',
    'no_change' => 'Pengguna Anda tidak boleh mengubah layanan ini. Pemilik akun dapat memberi Anda izin untuk itu.',
    'handle_empty' => 'Silakan pilih bagian pertama alamat email Anda.',
    'handle_long' => 'Bagian pertama alamat email Anda paling banyak 64 karakter.',
    'handle_characters' => '“%s” tidak dapat menjadi bagian pertama alamat email Anda: yang diperbolehkan adalah huruf a '
        . 'sampai z, angka, “.”, “_”, dan “-”, tanpa @ dan yang mengikutinya.',
    'handle_edges' => '“%s” tidak dapat menjadi bagian pertama alamat email Anda: harus diawali dan diakhiri dengan huruf '
        . 'atau angka.',
    'handle_separators' => '“%s” tidak dapat menjadi bagian pertama alamat email Anda: di antara dua dari tanda “.”, “_”, '
        . 'dan “-” harus ada huruf atau angka.',
    'handle_reserved' => '“%s” dicadangkan. Silakan pilih bagian pertama lain untuk alamat email Anda.',
    'console_open' => 'Buka konsol',
    'admin_row' => 'Portal email',
    'admin_open' => 'Buka sebagai admin',
    'admin_hint' => 'Tab baru. Tautan berfungsi satu kali dan selama 90 detik; muat ulang halaman ini untuk mendapatkan '
        . 'yang lain.',
    'admin_state' => 'Status',
    'admin_usage' => 'Pemakaian',
    'admin_dns' => 'DNS',
    'admin_last_error' => 'Kesalahan terakhir',
    'admin_last_activity' => 'Aktivitas terakhir',
    'admin_finish' => '“Selesaikan langkah yang gagal” akan melanjutkannya.',
    'state_active' => 'Aktif',
    'state_suspended' => 'Ditangguhkan',
    'state_terminated' => 'Dihentikan',
    'state_failed' => 'Belum selesai',
    'state_pending' => 'Belum dibuat',
    'usage_never_read' => 'Belum dibaca. Worker portal membacanya beberapa kali sehari.',
    'usage_mailboxes' => 'kotak surat',
    'usage_aliases' => 'alias',
    'usage_eas' => 'ActiveSync',
    'usage_mapi' => 'MAPI',
    'dns_ok' => 'terkonfigurasi',
    'dns_missing' => 'belum terkonfigurasi (tidak ada)',
    'dns_wrong' => 'belum terkonfigurasi (salah)',
    'dns_conflict' => 'belum terkonfigurasi (konflik)',
    'dns_unknown' => 'belum diketahui',
    'dns_off' => 'nonaktif',
    'admin_warnings' => 'Perlu diperhatikan',
    'unbilled' => 'Pemakaian dari %s sampai %s tidak ada di tagihan mana pun, dan tidak akan ditagih dengan sendirinya.',
    'hooks_never_seen_domain' => 'WHMCS tidak menemukan hook modul ini: tidak ada yang ditagih berdasarkan pemakaian. Klik '
        . '“Save Changes” satu kali di Module Settings sebuah produk.',
    'cron_never_seen_domain' => 'Cron WHMCS belum pernah terlihat: tidak ada yang ditagih berdasarkan pemakaian sampai cron '
        . 'berjalan setiap lima menit.',
    'cron_overdue_domain' => 'Cron WHMCS terakhir terlihat pada %s: cron seharusnya berjalan setiap lima menit. Angka yang '
        . 'lebih lama dari satu hari tidak ditagih.',
    'hooks_never_seen_mailbox' => 'WHMCS tidak menemukan hook modul ini: nama tidak diperiksa di keranjang belanja. Klik '
        . '“Save Changes” satu kali di Module Settings sebuah produk.',
    'cron_never_seen_mailbox' => 'Cron WHMCS belum pernah terlihat: portal tidak diberi tahu apa yang berubah di WHMCS '
        . 'sampai cron berjalan setiap lima menit.',
    'cron_overdue_mailbox' => 'Cron WHMCS terakhir terlihat pada %s: cron seharusnya berjalan setiap lima menit. Portal '
        . 'tidak diberi tahu apa yang berubah di WHMCS.',
    'button_usage' => 'Segarkan pemakaian',
    'button_finish' => 'Selesaikan langkah yang gagal',
    'button_register' => 'Daftarkan yang sudah ada',
    'button_password' => 'Kata sandi baru untuk admin tersembunyi',
    // Pengaturan modul dalam sebuah produk.
    'setting_tier_gb' => 'GB per tingkat penyimpanan',
    'setting_tier_gb_help' => 'Penyimpanan ditagih dalam tingkat sebesar ini.',
    'setting_eas_price' => 'Harga ActiveSync',
    'setting_eas_price_help' => 'Per kotak surat dengan ActiveSync dan per bulan: 2.00 untuk semua mata uang, atau CAD '
        . '2.00, USD 1.60.',
    'setting_mapi_price' => 'Harga MAPI',
    'setting_mapi_price_help' => 'Per kotak surat dengan MAPI dan per bulan: 2.00 untuk semua mata uang, atau CAD 2.00, USD '
        . '1.60.',
    'setting_combined_price' => 'Harga gabungan',
    'setting_combined_price_help' => 'Per kotak surat dengan kedua protokol dan per bulan: 2.00 untuk semua mata uang, atau '
        . 'CAD 2.00, USD 1.60. 0: jumlah kedua harga.',
    'setting_domain_path' => 'Jalur penyimpanan',
    'setting_domain_path_help' => 'Di server email. Kosong: di samping domain lainnya.',
    'setting_outbound_ip' => 'IP keluar',
    'setting_outbound_ip_help' => '“default” atau alamat IP server email.',
    'setting_max_users' => 'Kotak surat',
    'setting_max_users_help' => 'Berapa banyak yang boleh dimiliki pelanggan. 0: tanpa batas.',
    'setting_delete_data' => 'Hapus data',
    'setting_delete_data_help' => 'Hapus berkas saat layanan dihentikan.',
    'setting_password_min_length' => 'Panjang kata sandi',
    'setting_password_min_length_help' => 'Kata sandi terpendek untuk kotak surat.',
    'setting_password_upper' => 'Kata sandi: huruf besar',
    'setting_password_upper_help' => 'Wajibkan huruf besar.',
    'setting_password_digit' => 'Kata sandi: angka',
    'setting_password_digit_help' => 'Wajibkan angka.',
    'setting_password_special' => 'Kata sandi: karakter khusus',
    'setting_password_special_help' => 'Wajibkan salah satu dari ! @ # $ % ^ & * - _ = +',
    'setting_spf_primary' => 'Mekanisme SPF',
    'setting_spf_primary_help' => 'Disarankan kepada pelanggan: include:mail.example.com',
    'setting_offer_eas' => 'Sediakan ActiveSync',
    'setting_offer_eas_help' => 'Pelanggan boleh mengaktifkannya untuk kotak surat.',
    'setting_offer_mapi' => 'Sediakan MAPI',
    'setting_offer_mapi_help' => 'Pelanggan boleh mengaktifkannya untuk kotak surat.',
    'setting_activation_days' => 'Ditagih setelah (hari)',
    'setting_activation_days_help' => 'Protokol ditagih untuk bulan ketika protokol itu aktif selama ini. 0: jika aktif '
        . 'pada akhir bulan.',
    'setting_max_domain_aliases' => 'Alias domain',
    'setting_max_domain_aliases_help' => 'Berapa banyak yang diperbolehkan. 0: tidak disediakan.',
    'setting_spf_secondary' => 'Mekanisme SPF lain',
    'setting_spf_secondary_help' => 'Diterima juga; pisahkan dengan koma.',
    'setting_autodiscover_host' => 'Host Autodiscover',
    'setting_autodiscover_host_help' => 'Kosong: nama publik server email.',
    'setting_autodiscover_srv' => 'SRV Autodiscover',
    'setting_autodiscover_srv_help' => 'Kosong: nama publik server email.',
    'setting_check_dmarc' => 'Periksa DMARC',
    'setting_check_dmarc_help' => 'Tampilkan status record DMARC kepada pelanggan.',
    'setting_dmarc_rua' => 'Laporan DMARC ke',
    'setting_dmarc_rua_help' => 'Alamat yang disarankan untuk laporan gabungan.',
    'setting_dmarc_policy' => 'Kebijakan DMARC',
    'setting_dmarc_policy_help' => 'Disarankan kepada pelanggan.',
    'setting_server' => 'Server email',
    'setting_server_help' => 'Server email yang dimiliki portal untuk WHMCS ini.',
    'setting_allowed_domains' => 'Domain yang diperbolehkan',
    'setting_allowed_domains_help' => 'Domain Anda tempat kotak surat dijual; pisahkan dengan koma: example.com, '
        . 'example.org',
    'setting_account_type' => 'Jenis akun',
    'setting_account_type_help' => 'Opsi yang dapat dikonfigurasi “Account Type” menggantikannya.',
    'setting_quota_gb' => 'Kuota dalam GB',
    'setting_quota_gb_help' => 'Opsi yang dapat dikonfigurasi “Mailbox Quota (GB)” menggantikannya.',
    'setting_max_aliases' => 'Alias',
    'setting_max_aliases_help' => 'Berapa banyak yang boleh dimiliki pelanggan. 0: tanpa batas. off: tidak disediakan.',
    'setting_external_forwards' => 'Penerusan eksternal',
    'setting_external_forwards_help' => 'Alias dan milis boleh mengarah ke alamat di luar domain kotak surat itu sendiri.',
    'setting_timezone' => 'Zona waktu',
    'setting_timezone_help' => 'Untuk webmail: America/Montreal',
    'setting_date_format' => 'Format tanggal',
    'setting_date_format_help' => 'Untuk webmail: yyyy-mm-dd',
    'setting_language' => 'Bahasa',
    'setting_language_help' => 'Untuk webmail.',
    'setting_max_lists' => 'Milis',
    'setting_max_lists_help' => 'Berapa banyak yang boleh dimiliki pelanggan. 0: tanpa batas. off: tidak disediakan.',

    // Yang dibaca staf jika ada yang salah.
    'error_no_curl' => 'PHP di sini tidak memiliki ekstensi cURL, yang dipakai modul untuk memanggil portal. Mintalah agar '
        . 'ekstensi itu dipasang (php-curl) dan diaktifkan.',
    'error_no_such_host' => 'Nama host %s tidak ada atau tidak dapat dicari. Periksa nama host pada entri server.',
    'error_down' => 'Tidak ada yang menjawab di %s: portal mati, atau ada firewall di antaranya. Periksa nama host dan '
        . 'port, apakah portal berjalan, dan apakah mesin ini boleh terhubung dengannya.',
    'error_slow' => 'Portal di %s tidak menjawab tepat waktu (%s detik). Mungkin masih bekerja: coba lagi dalam satu menit, '
        . 'setiap panggilan boleh diulang.',
    'error_connection' => 'Koneksi ke %s gagal: %s. Periksa apakah “Secure” dicentang pada entri server dan sertifikat '
        . 'portal berlaku.',
    'error_clock_ahead' => 'Jam WHMCS ini %s detik lebih cepat daripada jam portal. Atur keduanya dengan NTP.',
    'error_clock_behind' => 'Jam WHMCS ini %s detik lebih lambat daripada jam portal. Atur keduanya dengan NTP.',
    'error_clocks' => 'Jam WHMCS ini dan jam portal berbeda. Atur keduanya dengan NTP.',
    'error_other_name' => 'Portal tidak bernama %s, atau sesuatu di antaranya mengubah panggilan. Samakan nama host dan '
        . 'port dengan pengaturan PORTAL_BASE_URL milik portal.',
    'error_not_signed' => 'Portal tidak mengenal nama pengguna (tenant) ini, atau kata sandinya bukan kuncinya. Masukkan '
        . 'lagi keduanya seperti yang ditampilkan “tenant add”.',
    'error_own_fault' => 'Portal di %s mengalami kesalahan sendiri (HTTP %s). Log-nya menjelaskan lebih lanjut di bawah %s.',
    'error_not_the_portal' => 'Yang menjawab di %s bukan portal. Periksa nama host dan port.',
    'error_refused_call' => 'Portal di %s menolak panggilan (HTTP %s). Periksa nama host dan port.',
    'error_refused' => 'Portal menolak: %s',
    'error_advice_unknown-service' => 'Klik “Daftarkan yang sudah ada” jika domain atau kotak suratnya sudah ada di server '
        . 'email, jika tidak “Create”.',
    'error_advice_not-yours' => 'Jika memang milik pelanggan ini, masukkan nama pengguna dan kata sandi admin domainnya, '
        . 'atau kata sandi kotak suratnya, di halaman layanan dan klik “Daftarkan yang sudah ada”.',
    'error_advice_taken' => 'Dua layanan tidak dapat memiliki domain atau kotak surat yang sama: perbaiki di sini, atau '
        . 'hentikan layanan yang lain.',
    'error_advice_plan' => 'Perbaiki di Module Settings produk, atau di opsi yang dapat dikonfigurasi.',
    'error_advice_no-server' => 'Pilih “Server email” di Module Settings produk.',
    'error_advice_again' => 'Saat server email menjawab lagi, klik tombol yang sama sekali lagi.',
    'error_advice_log' => 'Log portal menjelaskan lebih lanjut di bawah %s.',
    'error_host_name' => 'Nama host pada entri server harus milik portal, seperti portal.example.com.',
    'error_user_name' => 'Nama pengguna pada entri server harus nama pendek tenant Anda di portal.',
    'error_no_key' => 'Kata sandi pada entri server bukan kunci portal (43 huruf, angka, “_”, atau “-”). Tempel kuncinya '
        . 'lagi.',
    'error_other_tenant' => 'Jawaban %s tidak ditujukan untuk WHMCS ini.',
    'error_no_mail_server' => 'Portal berfungsi, tetapi belum memiliki server email untuk WHMCS ini.',
    'error_mail_servers' => 'Portal berfungsi, tetapi tidak semua server email berfungsi. %s',
    'error_silent' => 'Daftarnya tidak akan lengkap: server email berikut tidak menjawab: %s.',
    'error_no_right' => 'Tabel %s tidak dapat dibuat: pengguna basis data WHMCS memerlukan hak %s pada basis data WHMCS. '
        . 'Sampai saat itu pemakaian tidak ditagih. Basis data menyatakan: %s',
    'error_addon' => 'Modul ini untuk produk, bukan untuk addon produk.',
    'error_which_service' => 'WHMCS tidak menyebutkan layanan yang dimaksud.',
    'error_no_domain' => 'Layanan ini tidak memiliki domain. Masukkan di halaman layanan.',
    'error_no_mailbox' => 'Layanan ini belum memiliki kotak surat. Isi kolom khusus “Mailbox” di halaman layanan dan klik '
        . '“Create”.',
    'error_not_ours' => 'WHMCS tidak memiliki layanan %s dari modul ini.',
    'error_other_state' => 'Portal menyatakan bahwa status layanan sekarang “%s”. Halamannya di portal memuat '
        . 'langkah-langkahnya; “Selesaikan langkah yang gagal” melanjutkannya.',
    'error_not_kept' => 'Server email sudah menyimpannya, tetapi WHMCS tidak dapat menyimpan data masuk admin tersembunyi: '
        . 'log modul menjelaskan alasannya. Lakukan hal yang sama lagi: data baru akan dibuat.',
    'error_address_not_kept' => 'Server email sudah memiliki kotak surat itu, tetapi WHMCS tidak dapat menyimpan alamatnya: '
        . 'log modul menjelaskan alasannya. Lakukan hal yang sama lagi.',
    'error_not_text' => 'Sebuah nama atau pengaturan layanan ini tidak dapat dikirim: %s.',
    'error_too_long' => 'Pengaturan produk ini terlalu panjang untuk diserahkan kepada portal.',
    'error_system_url' => 'URL Sistem WHMCS (General Settings) harus diawali dengan https://.',
    'error_admin_area' => 'Konsol hanya dapat dibuka dari area admin.',
    'error_unexpected' => 'Modul gagal secara tak terduga; log modul menunjukkan tempatnya.',
];
