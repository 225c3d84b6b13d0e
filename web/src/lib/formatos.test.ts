import { describe, expect, it } from 'vitest';

import { bytes, celularDigitado, celularValido, cidadeUf, cpf, cpfDigitado, cpfValido, data, dataHora, diaDoInstante, dias, inteiro, linkTelefone, linkWhatsapp, moeda, moedaCurta, porcento, telefone } from './formatos';

// Formats of pt-BR: money, days without time zones, phones, CPF.

const semNbsp = (s: string) => s.replace(/\u00a0/g, ' ');

describe('números', () => {
  it.each([
    [0, 'R$ 0,00'],
    [1234.5, 'R$ 1.234,50'],
    [-3, '-R$ 3,00'],
  ])('moeda(%d)', (valor, texto) => expect(semNbsp(moeda(valor))).toBe(texto));
  it('has short, whole and percent forms', () => {
    expect(semNbsp(moedaCurta(1234.5))).toBe('R$ 1.235');
    expect(inteiro(12345)).toBe('12.345');
    expect(porcento(0.125)).toBe('12,5%');
  });
  it('counts bytes as file managers do', () => {
    expect([0, 999, 1000, 15_400, 1_234_567, 45_600_000, null].map(bytes)).toEqual(['0 B', '999 B', '1 kB', '15 kB', '1,2 MB', '46 MB', '—']);
  });
  it('shows a dash for nothing', () => {
    expect([moeda(null), inteiro(undefined), porcento(null), dias(null)]).toEqual(['—', '—', '—', '—']);
  });
});

describe('dias e instantes', () => {
  it.each([
    ['2026-01-01', '01/01/2026'],
    ['2026-12-31', '31/12/2026'],
    ['2026-11-05T00:30:00-03:00', '05/11/2026'],
    ['', '—'],
    ['ontem', '—'],
    [null, '—'],
  ])('data(%s)', (dia, texto) => expect(data(dia)).toBe(texto));
  it('shows an instant in the business zone, whatever the zone of the machine', () => {
    expect(dataHora('2026-11-05T02:30:00Z')).toBe('04/11/2026 23:30');
    expect(diaDoInstante('2026-11-05T02:30:00Z')).toBe('04/11/2026');
    expect(dataHora('x')).toBe('—');
  });
  it('says days', () => expect([dias(0), dias(1), dias(1500)]).toEqual(['0 dias', '1 dia', '1.500 dias']));
});

describe('telefone', () => {
  it.each([
    ['11912345678', '(11) 91234-5678'],
    ['5511912345678', '(11) 91234-5678'],
    ['+55 (11) 91234-5678', '(11) 91234-5678'],
    ['1133334444', '(11) 3333-4444'],
    ['123', '123'],
    ['', '—'],
    [null, '—'],
  ])('telefone(%s)', (numero, texto) => expect(telefone(numero)).toBe(texto));
  it('links only what can be dialled; WhatsApp only for a mobile', () => {
    expect(linkTelefone('11 3333-4444')).toBe('tel:+551133334444');
    expect(linkTelefone('123')).toBeUndefined();
    expect(linkWhatsapp('1133334444', 'Olá')).toBeUndefined();
    expect(linkWhatsapp('11912345678', 'Olá & tchau')).toBe('https://wa.me/5511912345678?text=Ol%C3%A1%20%26%20tchau');
  });
});

describe('celular', () => {
  it.each([
    ['', ''],
    ['1', '(1'],
    ['11', '(11'],
    ['119', '(11) 9'],
    ['1133334', '(11) 3333-4'],
    ['1133334444', '(11) 3333-4444'],
    ['11912345678', '(11) 91234-5678'],
    ['+55 11 91234-5678', '(11) 91234-5678'],
    ['5511912345678', '(11) 91234-5678'],
    ['119123456789', '(11) 91234-5678'],
  ])('mask while typing: %s', (texto, mascara) => expect(celularDigitado(texto)).toBe(mascara));
  it.each([
    ['(11) 91234-5678', true],
    ['1133334444', true],
    ['11812345678', false],
    ['1193334444', false],
    ['2091234567', false],
    ['20912345678', false],
    ['', false],
  ])('valid: %s is %s', (texto, valido) => expect(celularValido(texto)).toBe(valido));
});

describe('cpf', () => {
  it.each([
    ['', ''],
    ['529', '529'],
    ['5299', '529.9'],
    ['5299822', '529.982.2'],
    ['529982247', '529.982.247'],
    ['52998224725', '529.982.247-25'],
    ['529.982.247-25 999', '529.982.247-25'],
  ])('cpfDigitado(%s)', (texto, mascara) => expect(cpfDigitado(texto)).toBe(mascara));
  it('keeps what the server masked', () => {
    expect(cpf('***.982.247-**')).toBe('***.982.247-**');
    expect(cpf('52998224725')).toBe('529.982.247-25');
    expect(cpf(null)).toBe('—');
  });
  it.each([
    ['529.982.247-25', true],
    ['52998224724', false],
    ['52998224715', false],
    ['111.111.111-11', false],
    ['5299822472', false],
    ['', false],
  ])('cpfValido(%s)', (texto, valido) => expect(cpfValido(texto)).toBe(valido));
});

describe('lugares', () => {
  it('joins places', () => {
    expect([cidadeUf('Recife', 'PE'), cidadeUf('Recife', null), cidadeUf(null, 'PE'), cidadeUf(null, null)]).toEqual(['Recife/PE', 'Recife', 'PE', '—']);
  });
});
