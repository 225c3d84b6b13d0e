/*
 * senha_comum.c: is a password one that attackers try first? Pure C.
 *
 * Instead of a file of ten thousand passwords: the words they are made of and
 * the ways people decorate them. Refused are
 *   - a listed word, or the owner's name or e-mail, in any case, with or without
 *     accents and leet letters, doubled or not, with up to six digits or signs
 *     before and after it ("Senha@123", "p4ssw0rd!", "flamengo2024");
 *   - a walk over the keyboard or the alphabet ("qwerty12", "1q2w3e4r");
 *   - a short unit repeated ("abcabcabc");
 *   - fewer than twelve digits and signs alone ("12345678", "01/01/1990").
 * Each listed word stands for more than 10^6 concrete passwords.
 */
#include "senha_comum.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

enum
{
    DOBRADA_MAX = 600,   /* 128 characters of up to 4 bytes, and the end */
    ENFEITE_MAX = 6,     /* digits or signs that add nothing to a word */
    SEM_LETRA_MIN = 12,  /* length from which digits alone are accepted */
    UNIDADE_MAX = 4,     /* "abcd" repeated */
    PASSEIO_MIN = 3,     /* letters of a walk, "qwe" */
    NOME_MIN = 4         /* a part of the owner's name that counts */
};

static const char *const palavras[] = {
    /* Portuguese */
    "senha", "minhasenha", "senhas", "novasenha", "senhanova", "senhaforte",
    "senhasegura", "mudar", "mudarsenha", "trocar", "trocarsenha", "acesso",
    "entrar", "usuario", "cliente", "clientes", "vendedor", "vendedora",
    "vendedores", "vendas", "gerente", "gerencia", "operador", "administrador",
    "administracao", "empresa", "loja", "sistema", "suporte", "teste",
    "testando", "testes", "exemplo", "brasil", "brazil", "amor", "meuamor",
    "teamo", "euteamo", "teamomuito", "amorzinho", "amoreterno", "paixao",
    "saudade", "familia", "minhafamilia", "felicidade", "feliz", "alegria",
    "esperanca", "princesa", "princesinha", "gatinha", "gatinho", "gostosa",
    "linda", "lindinha", "bonita", "querida", "docinho", "anjo", "anjinho",
    "estrela", "estrelinha", "borboleta", "flor", "florzinha", "rosa",
    "jesus", "jesuscristo", "jesusteama", "deus", "deusefiel", "deusnocomando",
    "meudeus", "cristo", "senhor", "nossasenhora", "aparecida", "biblia",
    "evangelho", "igreja", "flamengo", "mengao", "corinthians", "timao",
    "palmeiras", "verdao", "saopaulo", "tricolor", "santos", "vasco",
    "vascodagama", "gremio", "internacional", "inter", "cruzeiro", "atletico",
    "atleticomg", "galo", "botafogo", "fluminense", "bahia", "sport",
    "nautico", "santacruz", "fortaleza", "ceara", "goias", "parana",
    "coritiba", "futebol", "campeao", "selecao", "hexa", "segunda", "terca",
    "quarta", "quinta", "sexta", "sabado", "domingo", "janeiro", "fevereiro",
    "marco", "abril", "maio", "junho", "julho", "agosto", "setembro",
    "outubro", "novembro", "dezembro", "verao", "inverno", "outono",
    "primavera", "natal", "carnaval", "recife", "pernambuco", "salvador",
    "riodejaneiro", "rio", "brasilia", "curitiba", "manaus", "belem",
    "campinas", "portoalegre", "belohorizonte", "chocolate", "morango",
    "banana", "abacaxi", "melancia", "cachorro", "cachorrinho", "gato",
    "cavalo", "leao", "tigre", "lobo", "passaro", "peixe", "macaco",
    "elefante", "tartaruga", "computador", "internet", "celular", "telefone",
    "musica", "violao", "guitarra", "dinheiro", "sucesso", "vitoria",
    "liberdade", "sagrado", "segredo", "segura", "seguranca", "secreto",
    "mamae", "papai", "vovo", "vovoh", "filho", "filha", "meufilho",
    "minhafilha", "bebe", "nenem", "crianca", "amigo", "amiga", "amigos",
    "obrigado", "bomdia", "boatarde", "boanoite", "qualquer", "qualquercoisa",
    "naosei", "esqueci", "naolembro", "palavra", "padrao", "provisoria",
    "inicial", "primeiroacesso", "bemvindo", "bemvinda", "seja",
    /* names */
    "maria", "mariana", "ana", "anapaula", "anaclara", "anajulia", "antonia",
    "adriana", "aline", "amanda", "andre", "andrea", "andressa", "antonio",
    "arthur", "beatriz", "bianca", "bruna", "bruno", "caio", "camila",
    "carla", "carlos", "caroline", "carolina", "cesar", "clara", "claudia",
    "cristiane", "cristina", "daniel", "daniela", "danilo", "davi", "debora",
    "diego", "diogo", "edson", "eduarda", "eduardo", "elaine", "eliane",
    "emanuel", "enzo", "erick", "fabiana", "fabio", "felipe", "fernanda",
    "fernando", "flavia", "flavio", "francisca", "francisco", "gabriel",
    "gabriela", "giovana", "giovanna", "guilherme", "gustavo", "heitor",
    "helena", "henrique", "igor", "isabel", "isabela", "isabella", "ivan",
    "jessica", "joana", "joao", "joaopedro", "joaovictor", "jorge", "jose",
    "josefa", "julia", "juliana", "juliano", "julio", "karina", "laura",
    "larissa", "leandro", "leonardo", "leticia", "lorena", "lucas", "luciana",
    "luciano", "luis", "luisa", "luiz", "luiza", "manoel", "manuela",
    "marcela", "marcelo", "marcia", "marcio", "marcos", "marina", "mateus",
    "matheus", "mauricio", "miguel", "monica", "murilo", "natalia", "nathalia",
    "nicolas", "otavio", "patricia", "paula", "paulo", "pedro", "pedrohenrique",
    "priscila", "rafael", "rafaela", "raimundo", "raquel", "regina", "renata",
    "renato", "ricardo", "roberta", "roberto", "rodrigo", "rogerio", "rosana",
    "sabrina", "samuel", "sandra", "sandro", "sebastiao", "sergio", "silvia",
    "simone", "sofia", "sophia", "tania", "tatiana", "thais", "thiago",
    "tiago", "valentina", "vanessa", "vera", "victor", "victoria", "vinicius",
    "vitor", "viviane", "wagner", "wellington", "wesley", "william", "yasmin",
    "yuri", "silva", "souza", "sousa", "oliveira", "pereira", "lima", "costa",
    "ferreira", "rodrigues", "almeida", "nascimento", "alves", "carvalho",
    "araujo", "ribeiro", "gomes", "martins", "barbosa", "rocha", "dias",
    "moreira", "nunes", "mendes", "cavalcanti", "cavalcante", "monteiro",
    /* the world's lists */
    "password", "passwd", "pass", "passw", "passcode", "passphrase",
    "mypassword", "newpassword", "changeme", "changeit", "letmein", "welcome",
    "login", "logon", "admin", "administrator", "root", "toor", "user", "users",
    "username", "guest", "default", "test", "testing", "tester", "temp",
    "temporary", "demo", "example", "sample", "secret", "secure", "security",
    "private", "access", "master", "server", "service", "system", "manager",
    "support", "oracle", "postgres", "mysql", "database", "cisco", "windows",
    "microsoft", "google", "facebook", "instagram", "whatsapp", "youtube",
    "twitter", "amazon", "apple", "android", "iphone", "samsung", "linux",
    "ubuntu", "debian", "monkey", "dragon", "tiger", "lion", "wolf", "eagle",
    "falcon", "shadow", "sunshine", "princess", "iloveyou", "loveyou", "love",
    "lovely", "baby", "babygirl", "angel", "angels", "hello", "hellokitty",
    "football", "soccer", "baseball", "basketball", "hockey", "superman",
    "batman", "spiderman", "ironman", "starwars", "pokemon", "naruto", "sasuke",
    "goku", "vegeta", "mario", "zelda", "minecraft", "fortnite", "freefire",
    "roblox", "playstation", "xbox", "nintendo", "matrix", "trustno", "whatever",
    "nothing", "freedom", "forever", "flower", "butterfly", "summer", "winter",
    "spring", "autumn", "monday", "tuesday", "wednesday", "thursday", "friday",
    "saturday", "sunday", "january", "february", "march", "april", "june",
    "july", "august", "september", "october", "november", "december", "ninja",
    "killer", "hunter", "hacker", "hacked", "cookie", "cheese", "coffee",
    "orange", "banana", "cherry", "ginger", "pepper", "purple", "silver",
    "golden", "diamond", "money", "lucky", "happy", "smile", "peace", "power",
    "rocket", "blink", "metallica", "nirvana", "slipknot", "linkinpark",
    "rockandroll", "mustang", "ferrari", "porsche", "corvette", "mercedes",
    "harley", "yamaha", "honda", "toyota", "michael", "jordan", "michelle",
    "jennifer", "ashley", "jessie", "daniel", "charlie", "thomas", "andrew",
    "robert", "george", "joshua", "matthew", "nicole", "anthony", "barcelona",
    "realmadrid", "liverpool", "chelsea", "arsenal", "manchester", "juventus",
    "neymar", "ronaldo", "ronaldinho", "messi", "pele", "senna", "computer",
    "internet", "qwertyui", "abcdef", "abcd", "abc", "crm", "kanban", "kore",
};

static const char *const passeios[] = {
    "qwertyuiop", "asdfghjkl", "zxcvbnm", "asdfghjklc", "qwertzuiop",
    "abcdefghijklmnopqrstuvwxyz", "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0", "zaqxswcdevfrbgtnhymjukilop",
    "a1b2c3d4e5f6g7h8i9j0", "1a2b3c4d5e6f7g8h9i0j", "qweasdzxc", "qweasd",
    "asdqwe", "123qweasdzxc", "qwe123asd456zxc", "aqswdefrgthyjukilo",
};

static size_t dobrar(const char *de, char *para, size_t max);
static bool periodica(const char *s, size_t n);
static bool sem_letras(const char *s);
static bool nucleo_comum(const char *s, size_t n, const char *email,
                         const char *nome);
static bool palavra_comum(const char *s, size_t n, const char *email,
                          const char *nome);
static bool passeio(const char *s, size_t n);
static bool do_dono(const char *s, size_t n, const char *email,
                    const char *nome);
static size_t desleetar(const char *s, size_t n, char *para);

bool
senha_comum(const char *senha, const char *email, const char *nome)
{
    char s[DOBRADA_MAX];
    char e[DOBRADA_MAX] = "";
    char d[DOBRADA_MAX] = "";
    size_t n = dobrar(senha, s, sizeof(s));

    if (email != NULL)
        dobrar(email, e, sizeof(e));
    if (nome != NULL)
        dobrar(nome, d, sizeof(d));

    return strcmp(s, e) == 0 || strcmp(s, d) == 0 || periodica(s, n) ||
           (n < SEM_LETRA_MIN && sem_letras(s)) || passeio(s, n) ||
           nucleo_comum(s, n, e, d);
}

/* Lower case, Latin-1 accents of UTF-8 dropped. Returns the length. */
static size_t
dobrar(const char *de, char *para, size_t max)
{
    static const char latim[] = "aaaaaaaceeeeiiiidnooooo*ouuuuy*s"
                                "aaaaaaaceeeeiiiidnooooo/ouuuuy*y";
    size_t n = 0;

    for (; *de != '\0' && n + 1 < max; de++)
    {
        unsigned char c = (unsigned char)*de;
        unsigned char proximo = (unsigned char)de[1];

        if (c == 0xC3 && proximo >= 0x80 && proximo <= 0xBF)
        {
            para[n++] = latim[proximo - 0x80];
            de++;
        }
        else
            para[n++] = c < 0x80 ? (char)tolower(c) : (char)c;
    }
    para[n] = '\0';
    return n;
}

/* "aaaaaaaa", "abcabcabc" */
static bool
periodica(const char *s, size_t n)
{
    for (size_t p = 1; p <= UNIDADE_MAX && 2 * p <= n; p++)
        if (memcmp(s, s + p, n - p) == 0)
            return true;
    return false;
}

static bool
letra(char c)
{
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static bool
sem_letras(const char *s)
{
    for (; *s != '\0'; s++)
        if (letra(*s))
            return false;
    return true;
}

/* The word inside its decoration. */
static bool
nucleo_comum(const char *s, size_t n, const char *email, const char *nome)
{
    char limpa[DOBRADA_MAX];
    size_t inicio = 0;
    size_t fim = n;
    size_t m;

    /* "s3nh@2024": the sign before the digits may be a letter too. */
    while (fim > 0 && isdigit((unsigned char)s[fim - 1]))
        fim--;
    if (n - fim <= ENFEITE_MAX)
    {
        m = desleetar(s, fim, limpa);
        if (palavra_comum(limpa, m, email, nome))
            return true;
    }

    while (fim > 0 && !letra(s[fim - 1]))
        fim--;
    if (n - fim > ENFEITE_MAX)
        return false;
    /* "@dmin": the sign in front may be a letter. */
    m = desleetar(s, fim, limpa);
    if (palavra_comum(limpa, m, email, nome))
        return true;

    while (inicio < fim && !letra(s[inicio]))
        inicio++;
    if (inicio > ENFEITE_MAX || inicio == fim)
        return false;
    if (passeio(s + inicio, fim - inicio))
        return true;
    m = desleetar(s + inicio, fim - inicio, limpa);
    return palavra_comum(limpa, m, email, nome);
}

/* Leet letters back, separators out. */
static size_t
desleetar(const char *s, size_t n, char *para)
{
    static const char leet[] = "@4310!5$7";
    static const char claro[] = "aaeioisst";
    size_t m = 0;

    for (size_t i = 0; i < n; i++)
    {
        const char *p = strchr(leet, s[i]);

        if (p != NULL && *p != '\0')
            para[m++] = claro[p - leet];
        else if (strchr(" ._-", s[i]) == NULL)
            para[m++] = s[i];
    }
    para[m] = '\0';
    return m;
}

static bool
palavra_comum(const char *s, size_t n, const char *email, const char *nome)
{
    if (n % 2 == 0 && n > 0 && memcmp(s, s + n / 2, n / 2) == 0)
    {
        n /= 2;
        if (passeio(s, n))
            return true;
    }
    for (size_t i = 0; i < sizeof(palavras) / sizeof(palavras[0]); i++)
        if (strlen(palavras[i]) == n && memcmp(s, palavras[i], n) == 0)
            return true;
    return do_dono(s, n, email, nome);
}

/* Part of a walk, forwards or backwards. */
static bool
passeio(const char *s, size_t n)
{
    char avesso[DOBRADA_MAX];

    if (n < PASSEIO_MIN)
        return false;
    for (size_t i = 0; i < n; i++)
        avesso[i] = s[n - 1 - i];
    avesso[n] = '\0';
    for (size_t i = 0; i < sizeof(passeios) / sizeof(passeios[0]); i++)
    {
        const char *p;

        for (p = passeios[i]; strlen(p) >= n; p++)
            if (memcmp(p, s, n) == 0 || memcmp(p, avesso, n) == 0)
                return true;
    }
    return false;
}

/* The e-mail's local part, the name without blanks, or one of its parts. */
static bool
do_dono(const char *s, size_t n, const char *email, const char *nome)
{
    char junto[DOBRADA_MAX];
    size_t m = desleetar(email, strcspn(email, "@"), junto);

    if (m == n && n > 0 && memcmp(s, junto, n) == 0)
        return true;
    m = desleetar(nome, strlen(nome), junto);
    if (m == n && n > 0 && memcmp(s, junto, n) == 0)
        return true;
    while (*nome != '\0')
    {
        size_t parte = strcspn(nome, " ");

        if (parte == n && n >= NOME_MIN && memcmp(s, nome, n) == 0)
            return true;
        nome += parte + strspn(nome + parte, " ");
    }
    return false;
}
